using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Models;
using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;
using Serverless.Tests;

namespace Serverless.Core.Tests.Onnx;

/// <summary>What a version keeps of ONNX.</summary>
public class OnnxVersionTests
{
    [Fact]
    public async Task A_version_has_a_file_its_hash_and_a_link_in_the_report()
    {
        await using var product = new Product();
        await product.TrainAsync("m", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);

        var manifest = await product.Registry.GetAsync("m", 1, TestContext.Current.CancellationToken);
        var (file, _) = (await product.Store.ReadAllAsync(
            BlobPaths.OnnxFile("m", 1), 1 << 20, TestContext.Current.CancellationToken))!.Value;

        Assert.Equal(ModelFile.Hash(file), manifest!.OnnxHash);
        Assert.Null(manifest.OnnxObstacle);
        var report = await product.ReadAsync(BlobPaths.Report("m", 1));
        Assert.Contains(manifest.OnnxHash!, report, StringComparison.Ordinal);
        Assert.Contains("<a href=\"onnx\">", report, StringComparison.Ordinal);
    }
    [Fact]
    public async Task A_version_of_a_trainer_that_ONNX_cannot_express_says_so()
    {
        await using var product = new Product(more: new ForeignTrainer());
        var definition = SmallData.Regression.Replace("linear", "sdca", StringComparison.Ordinal);
        await product.TrainAsync("m", "a.csv", SmallData.Line(3), definition);

        var manifest = await product.Registry.GetAsync("m", 1, TestContext.Current.CancellationToken);

        Assert.Equal("sdca", manifest!.Trainer);
        Assert.Null(manifest.OnnxHash);
        Assert.Equal("Models of the trainer 'sdca' cannot be written as ONNX.", manifest.OnnxObstacle);
        Assert.DoesNotContain(BlobPaths.OnnxFile("m", 1), await product.ListAsync(BlobPaths.Version("m", 1)));
        var report = await product.ReadAsync(BlobPaths.Report("m", 1));
        Assert.Contains(
            "Models of the trainer &#39;sdca&#39; cannot be written as ONNX.", report, StringComparison.Ordinal);
        Assert.DoesNotContain("<a href=\"onnx\">", report, StringComparison.Ordinal);
    }

    /// <summary>A baseline that core does not know, as the trainers of other libraries are.</summary>
    private sealed class ForeignTrainer : ITrainer
    {
        private readonly BaselineTrainer _baseline = new();

        public string Name => "sdca";

        public bool Supports(ModelTask task) => true;

        public Hyperparameters Defaults(ModelTask task) => [];

        public Hyperparameters Sample(ModelTask task, SplitMix64 random) => [];

        public Scorer Train(
            TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context) =>
            new ForeignScorer(_baseline.Train(train, validation, hyperparameters, context));

        public Scorer Load(ReadOnlyMemory<byte> payload) => new ForeignScorer(_baseline.Load(payload));
    }

    private sealed class ForeignScorer(Scorer inner) : Scorer
    {
        public override string Trainer => "sdca";

        public override int OutputCount => inner.OutputCount;

        public override IReadOnlyList<double> SlotImportance => [];

        public override void Score(ReadOnlySpan<float> slots, Span<double> outputs) => inner.Score(slots, outputs);

        public override void Save(Stream destination) => inner.Save(destination);
    }
}
