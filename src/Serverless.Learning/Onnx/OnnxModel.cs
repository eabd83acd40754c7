using Serverless.Learning.Calibration;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Objectives;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;
using Serverless.Learning.Trainers.Linear;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Learning.Onnx;

/// <summary>
/// <c>model.onnx</c>: a model for any ONNX runtime, with the encoding of features inside. Each feature is an input of
/// its own name, N rows of one value. Outputs are named as by scikit-learn's converter: <c>output_label</c> and
/// <c>output_probability</c>, or <c>variable</c> for a regression.
/// </summary>
public static class OnnxModel
{
    /// <summary>ONNX Runtime takes minutes to load a larger file; model.bin of such a model is a third of it.</summary>
    public const int MaxBytes = 128 << 20;

    /// <returns>The file, the same bytes for the same model; or, in one sentence, why it cannot be written.</returns>
    public static (byte[]? File, string? Obstacle) Write(Signature signature, Scorer scorer)
    {
        if (signature.Features.Count == 0)
        {
            return (null, "A model without features has no input that says how many rows there are.");
        }

        var inner = scorer is CalibratedScorer calibrated ? calibrated.Inner : scorer;
        if (inner is TreeEnsemble trees && OnnxTrees.EstimateBytes(signature, trees) is var bytes && bytes > MaxBytes)
        {
            return (null, $"Expected at most {MaxBytes >> 20} MB of ONNX, found trees for {bytes >> 20} MB.");
        }

        var graph = new OnnxGraph(signature.Features.Select(f => f.Name));
        var features = new OnnxFeatures(graph, signature);
        if (Outputs(features, signature, scorer) is not { } outputs)
        {
            return (null, $"Models of the trainer '{scorer.Trainer}' cannot be written as ONNX.");
        }

        if (signature.Task == ModelTask.Regression) AddValue(graph, signature, outputs);
        else AddClasses(graph, signature, outputs);
        return (graph.ToFile(signature.Label, $"Predicts '{signature.Label}'."), null);
    }

    /// <returns>
    /// The outputs of <see cref="Scorer.Score"/> as doubles of shape [N, outputs]; null for an unsupported scorer.
    /// </returns>
    private static OnnxValue? Outputs(OnnxFeatures features, Signature signature, Scorer scorer) => scorer switch
    {
        ConstantScorer constant => features.ForEachRow(constant.Outputs),
        LinearScorer linear => Apply(linear.Objective, OnnxLinear.RawScores(features, linear)),
        TreeEnsemble trees => Apply(trees.Objective, OnnxTrees.RawScores(features, signature, trees)),
        CalibratedScorer calibrated => Outputs(features, signature, calibrated.Inner) is { } inner
            ? OnnxCalibration.Apply(calibrated.Calibrator, inner)
            : null,
        _ => null,
    };

    private static OnnxValue Apply(Objective objective, OnnxValue raw) => objective switch
    {
        SquaredError or AbsoluteError => raw,
        PoissonLoss => raw.Clip(double.MinValue, PoissonLoss.MaxRaw).Exp(),
        LogisticLoss => raw.Sigmoid(),
        SoftmaxLoss => raw.Softmax(),
        _ => throw new InvalidOperationException($"The objective {objective.GetType().Name} has no form in ONNX."),
    };

    private static void AddValue(OnnxGraph graph, Signature signature, OnnxValue outputs) =>
        graph.Output("variable", outputs, OnnxType.Double, 1, $"The predicted '{signature.Label}'.");

    private static void AddClasses(OnnxGraph graph, Signature signature, OnnxValue outputs)
    {
        var isBinary = signature.Task == ModelTask.Binary;
        var index = isBinary
            ? graph.Add("GreaterOrEqual", [outputs, graph.Constant(0.5)]).Cast(OnnxType.Int64).Squeeze()
            : graph.Add("ArgMax", [outputs], OnnxAttribute.Of("axis", 1), OnnxAttribute.Of("keepdims", 0));
        var label = graph.Add("Gather", [graph.Constant(signature.Classes), index]);
        graph.Output("output_label", label, OnnxType.Text, null, $"The predicted '{signature.Label}'.");
        graph.Output(
            "output_probability",
            isBinary ? graph.Concat([1 - outputs, outputs]) : outputs,
            OnnxType.Double,
            signature.Classes.Count,
            $"Probabilities of {string.Join(", ", signature.Classes)}.");
    }
}
