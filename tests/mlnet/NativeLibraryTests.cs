using Microsoft.Extensions.Logging;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.MlNet.Tests;

public class NativeLibraryTests
{
    public static TheoryData<string> NeedingOne => ["fasttree", "fastforest", "lightgbm"];

    [Theory, MemberData(nameof(NeedingOne))]
    public void A_missing_library_turns_the_trainer_off_with_one_warning(string name)
    {
        var log = new Lines();
        var trainer = WithoutLibrary(name, log);

        Assert.All(Enum.GetValues<ModelTask>(), task => Assert.False(trainer.Supports(task)));
        var contenders = HyperparameterSearch.Contenders(
            [.. Synthetic.Trainers, trainer], new TrainingSettings(), ModelTask.Binary);
        Assert.Equal(["linear", "gbt"], contenders.Select(t => t.Name));
        var line = Assert.Single(log);
        Assert.Equal(
            $"Warning: Trainer {name} is off: its native library no_such_library cannot be loaded on this machine.",
            line);
    }

    [Theory, MemberData(nameof(NeedingOne))]
    public void A_model_made_elsewhere_is_served_without_the_library(string name)
    {
        var made = Trainers.Train(name, ModelTask.Binary, change: Trainers.Short);
        var rows = Synthetic.Make(ModelTask.Binary, 100, seed: 5).Features;

        var loaded = WithoutLibrary(name, new Lines()).Load(Synthetic.Bytes(made));

        Assert.Equal(made.ScoreAll(rows), loaded.ScoreAll(rows));
    }

    private static MlNetTrainer WithoutLibrary(string name, ILogger log) => name switch
    {
        "fasttree" => new FastTreeTrainer(log, "no_such_library"),
        "fastforest" => new FastForestTrainer(log, "no_such_library"),
        _ => new LightGbmTrainer(log, "no_such_library"),
    };

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
                string> formatter) =>
            Add($"{logLevel}: {formatter(state, exception)}");
    }
}
