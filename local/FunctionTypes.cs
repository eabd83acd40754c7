using Serverless.Functions;
using Serverless.Local.Hosting;

namespace Serverless.Local;

/// <summary>
/// The app's function classes, and what they return where that has properties of its own for the host.
/// </summary>
public static class FunctionTypes
{
    public static IReadOnlyList<FunctionType> All { get; } =
    [
        typeof(BatchFunctions),
        typeof(DashboardFunctions),
        typeof(InferenceFunctions),
        typeof(MonitoringFunctions),
        typeof(OpenApiFunctions),
        typeof(PredictionFunctions),
        typeof(RebuildFunctions),
        typeof(RegistryFunctions),
        typeof(RolloutFunctions),
        typeof(TrainingFunctions), typeof(RetrainResponse),
    ];
}
