using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class VersionRebuilderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bird-strikes", "bird-strikes.csv")]
    [InlineData("weather", "seattle.csv")]
    [InlineData("flight-delays", "flights-2001.csv")]
    public async Task A_manifest_gives_the_very_same_model_file_again_with_one_thread_and_with_two(
        string model, string file)
    {
        await using var product = new Product();
        await CopySampleAsync(product, $"{model}/model.json", BlobPaths.Definition(model));
        await CopySampleAsync(product, $"{model}/{file}", BlobPaths.Dataset(model, file));
        var record = await product.RunAsync(model, file);

        // Another process, which knows nothing but the store.
        await using var other = new Product(product.Folder);
        var manifest = (await other.Registry.GetAsync(model, record.Version!.Value, Cancelled))!;
        foreach (var threads in (int[])[1, 2])
        {
            var rebuild = await other.Get<VersionRebuilder>().RebuildAsync(manifest, threads, Cancelled);
            Assert.Equal(new Rebuild(manifest.ModelHash, null), rebuild);
        }
    }

    [Fact]
    public async Task A_version_of_several_files_of_which_some_rows_are_bad_is_rebuilt_too()
    {
        await using var product = new Product();
        var window = SmallData.Regression.Replace(
            "\"trials\": 1", "\"trials\": 2, \"window\": {\"files\": 3}", StringComparison.Ordinal);
        await product.DropAsync("lines", "a.csv", SmallData.Line(3) + "oops,red,1\n", window);
        await product.DropAsync("lines", "b.csv", "x,y\n\"");
        await product.DropAsync(
            "lines", "c.csv", SmallData.Line(3, seed: 2).Replace("blue", "pink", StringComparison.Ordinal));
        await product.RunAsync("lines", "c.csv");
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(2, manifest.Data.Count);

        var rebuild = await product.Get<VersionRebuilder>().RebuildAsync(manifest, 1, Cancelled);

        Assert.Equal(new Rebuild(manifest.ModelHash, null), rebuild);
    }

    [Fact]
    public async Task A_version_of_more_rows_than_are_kept_with_their_values_is_rebuilt_too()
    {
        await using var product = new Product();
        const string definition =
            """{"label": "y", "training": {"trainers": ["gbt"], "trials": 1, "window": {"files": 3}}}""";
        await product.DropAsync("lines", "a.csv", SmallData.Line(3, rows: 120_000), definition);
        await product.DropAsync("lines", "b.csv", "x,colour,y\n1,red,oops\n");
        await product.DropAsync("lines", "c.csv", SmallData.Line(3, seed: 2, rows: 120_000));
        await product.RunAsync("lines", "c.csv");
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(2, manifest.Data.Count);
        Assert.InRange(
            manifest.Rows.Train + manifest.Rows.Validation + manifest.Rows.Holdout, BinningPlan.MaxRows + 1, 240_000);

        foreach (var threads in (int[])[1, 3])
        {
            var rebuild = await product.Get<VersionRebuilder>().RebuildAsync(manifest, threads, Cancelled);
            Assert.Equal(new Rebuild(manifest.ModelHash, null), rebuild);
        }
    }

    [Fact]
    public async Task What_stands_in_the_way_is_named()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        var rebuilder = product.Get<VersionRebuilder>();

        var obstacle = await ObstacleAsync(rebuilder, manifest with { EngineVersion = "0" });
        Assert.Contains($"engine version {Engine.Version}, found one of 0", obstacle, StringComparison.Ordinal);

        obstacle = await ObstacleAsync(rebuilder, manifest with { Trainer = "oracle" });
        Assert.StartsWith("Expected a trainer 'oracle', found only 'baseline'", obstacle, StringComparison.Ordinal);

        // The dropped file does not count any more.
        await product.WriteAsync("datasets/lines/a.csv", SmallData.Line(3, seed: 2));
        Assert.Equal(new Rebuild(manifest.ModelHash, null), await rebuilder.RebuildAsync(manifest, 1, Cancelled));

        var part = manifest.Data[0].Part!;
        await product.Store.DeleteAsync(part, Cancelled);
        Assert.Equal($"Expected {part}, found no such file.", await ObstacleAsync(rebuilder, manifest));
    }

    [Fact]
    public async Task A_trainer_that_does_not_promise_the_same_bytes_is_not_asked()
    {
        await using var product = new Product(more: [new FreeTrainer()]);
        var definition = SmallData.Regression.Replace("linear", "free", StringComparison.Ordinal);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), definition);
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;

        var obstacle = await ObstacleAsync(product.Get<VersionRebuilder>(), manifest);

        Assert.Contains("found 'free', which does not promise that", obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rebuild_ends_at_the_time_limit_and_says_so()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var hurried = new Product(product.Folder, clock);
        hurried.Store.Opening = _ =>
        {
            clock.Advance(VersionRebuilder.MaxTime);
            return Task.CompletedTask;
        };

        var obstacle = await ObstacleAsync(hurried.Get<VersionRebuilder>(), manifest);

        Assert.StartsWith(
            "It could not be rebuilt within the time limit of 00:03:40.", obstacle, StringComparison.Ordinal);
    }

    private static async Task<string> ObstacleAsync(VersionRebuilder rebuilder, Manifest manifest)
    {
        var rebuild = await rebuilder.RebuildAsync(manifest, 1, Cancelled);
        Assert.Null(rebuild.Hash);
        return rebuild.Obstacle!;
    }

    private static async Task CopySampleAsync(Product product, string sample, string blob)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) folder = folder.Parent!;
        await using var content = File.OpenRead(Path.Combine(folder.FullName, "data-samples", sample));
        await product.Store.WriteAsync(blob, content, WriteCondition.Always, metadata: null, Cancelled);
    }

    /// <summary>Linear models under a name of their own, without the promise.</summary>
    private sealed class FreeTrainer : ITrainer
    {
        private readonly LinearTrainer _linear = new();

        public string Name => "free";

        public bool PromisesSameBytes => false;

        public bool Supports(ModelTask task) => _linear.Supports(task);

        public Hyperparameters Defaults(ModelTask task) => _linear.Defaults(task);

        public Hyperparameters Sample(ModelTask task, SplitMix64 random) => _linear.Sample(task, random);

        public Scorer Train(
            TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context) =>
            _linear.Train(train, validation, hyperparameters, context);

        public Scorer Load(ReadOnlyMemory<byte> payload) => _linear.Load(payload);
    }
}
