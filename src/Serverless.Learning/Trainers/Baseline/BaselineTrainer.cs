using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Baseline;

/// <summary>
/// Predicts the mean or each class's share, without features. A model that is no better has learned nothing.
/// </summary>
public sealed class BaselineTrainer : ITrainer
{
    public const string TrainerName = "baseline";

    public string Name => TrainerName;

    public bool Supports(ModelTask task) => true;

    /// <summary>The gate compares with it anyway; as a contender it would only displace a model.</summary>
    public bool CompetesByDefault => false;

    public Hyperparameters Defaults(ModelTask task) => [];

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) => [];

    public Scorer Train(
        TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context)
    {
        TrainingDataRules.Verify(train);
        var labels = train.Labels;
        if (train.Task != ModelTask.Multiclass) return new ConstantScorer([labels.Sum(l => (double)l) / labels.Length]);

        var counts = new double[train.ClassCount];
        foreach (var label in labels) counts[(int)label]++;
        return new ConstantScorer([.. counts.Select(c => c / labels.Length)]);
    }

    public Scorer Load(ReadOnlyMemory<byte> payload)
    {
        var reader = new PayloadReader(payload.Span);
        var outputs = reader.ReadArray<double>();
        reader.ExpectEnd();
        return new ConstantScorer(outputs);
    }
}

/// <summary>Gives every row the same outputs.</summary>
internal sealed class ConstantScorer(double[] outputs) : Scorer
{
    public double[] Outputs => outputs;

    public override string Trainer => BaselineTrainer.TrainerName;

    public override int OutputCount => outputs.Length;

    public override IReadOnlyList<double> SlotImportance => [];

    public override void Score(ReadOnlySpan<float> slots, Span<double> destination) => outputs.CopyTo(destination);

    internal override SlotAttribution Attribution(ModelTask task) => new ConstantAttribution(task switch
    {
        ModelTask.Regression => outputs,
        ModelTask.Binary => [DeterministicMath.Log(outputs[0] / (1 - outputs[0]))],
        _ => Array.ConvertAll(outputs, DeterministicMath.Log),
    });

    public override void Save(Stream destination)
    {
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.WriteArray<double>(outputs);
    }
}
