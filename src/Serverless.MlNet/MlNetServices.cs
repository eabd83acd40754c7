using Microsoft.Extensions.DependencyInjection;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>Microsoft.ML's trainers, beside ours: in the same search, before the same gate.</summary>
public static class MlNetServices
{
    /// <summary>
    /// Registers every trainer, in the order that decides ties. One whose native library is missing logs a warning and
    /// supports no task, but still loads models trained elsewhere.
    /// </summary>
    public static IServiceCollection AddMlNetTrainers(this IServiceCollection services)
    {
        services.AddSingleton<ITrainer, SdcaTrainer>();
        services.AddSingleton<ITrainer, LbfgsTrainer>();
        services.AddSingleton<ITrainer, PerceptronTrainer>();
        services.AddSingleton<ITrainer, FastTreeTrainer>();
        services.AddSingleton<ITrainer, FastForestTrainer>();
        services.AddSingleton<ITrainer, LightGbmTrainer>();
        return services;
    }
}
