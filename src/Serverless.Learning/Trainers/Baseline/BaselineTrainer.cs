using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Baseline;

/// <summary>Looks at no feature: the mean, or each class's share. Whatever is not better than this has learned nothing.</summary>
public sealed class BaselineTrainer : ITrainer
{
    public const string TrainerName = "baseline";

    public string Name => TrainerName;

    public bool Supports(ModelTask task) => true;

    /// <summary>No: the gate compares with it anyway, and as a contender it would only take the place of a model.</summary>
    public bool CompetesByDefault => false;

    public Hyperparameters Defaults(ModelTask task) => [];

    public Hyperparameters Sample(ModelTask task, SplitMix64 random) => [];

    public Scorer Train(TrainingData train, TrainingData validation, Hyperparameters hyperparameters, TrainingContext context)
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

/// <summary>Answers every row alike.</summary>
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
