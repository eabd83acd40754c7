using Microsoft.Extensions.DependencyInjection;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.MlNet.Tests;

/// <summary>The trainers as an app registers them, and every supported pair of trainer and task.</summary>
internal static class Trainers
{
    public static readonly IReadOnlyList<ITrainer> All =
        [.. new ServiceCollection().AddLogging().AddMlNetTrainers().BuildServiceProvider().GetServices<ITrainer>()];

    public static ITrainer Named(string name) => All.Single(t => t.Name == name);

    public static TheoryData<string, ModelTask> WithTasks =>
    [
        .. from trainer in All from task in Enum.GetValues<ModelTask>() where trainer.Supports(task) select (
            trainer.Name, task),
    ];

    /// <summary>The pairs with probabilities.</summary>
    public static TheoryData<string, ModelTask> OfClasses =>
        [.. WithTasks.Where(pair => pair.Data.Item2 != ModelTask.Regression)];

    public static Scorer Train(
        string name, ModelTask task, int threads = 1, int rows = 2000, Action<Hyperparameters>? change = null)
    {
        var hyperparameters = Named(name).Defaults(task);
        change?.Invoke(hyperparameters);
        return Named(name).Train(
            Synthetic.Make(task, rows, seed: 1),
            Synthetic.Make(task, rows / 4, seed: 2),
            hyperparameters,
            new TrainingContext(7, threads, CancellationToken: TestContext.Current.CancellationToken));
    }

    /// <summary>Keeps models small where quality does not matter.</summary>
    public static void Short(Hyperparameters hyperparameters)
    {
        if (hyperparameters.ContainsKey("num_iterations")) hyperparameters["num_iterations"] = 10;
    }
}
