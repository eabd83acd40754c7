using Serverless.Learning.Calibration;

namespace Serverless.Learning.Onnx;

/// <summary>Applies a <see cref="Calibrator"/> to the outputs of a classifier.</summary>
internal static class OnnxCalibration
{
    public static OnnxValue Apply(Calibrator calibrator, OnnxValue outputs) => calibrator switch
    {
        PlattCalibrator platt => Platt(platt, outputs),
        IsotonicCalibrator isotonic => Isotonic(isotonic, outputs),
        TemperatureCalibrator temperature =>
            (outputs.Clip(TemperatureCalibrator.MinProbability, 1).Log() / temperature.Temperature).Softmax(),
        _ => throw new InvalidOperationException($"The calibrator '{calibrator.Name}' has no form in ONNX."),
    };

    private static OnnxValue Platt(PlattCalibrator calibrator, OnnxValue outputs)
    {
        var p = outputs.Clip(PlattCalibrator.MinProbability, 1 - PlattCalibrator.MinProbability);
        return (((p / (1 - p)).Log() * calibrator.Slope) + calibrator.Intercept).Sigmoid();
    }

    /// <summary>Counts the knots up to the probability, and interpolates linearly from the last one.</summary>
    private static OnnxValue Isotonic(IsotonicCalibrator calibrator, OnnxValue outputs)
    {
        var (graph, x, y) = (outputs.Graph, calibrator.X, calibrator.Y);
        var segments = x.Count - 1;
        double[] starts = [.. x.Take(segments)];
        double[] slopes = [.. Enumerable.Range(0, segments).Select(i => (y[i + 1] - y[i]) / (x[i + 1] - x[i]))];
        var p = outputs.Clip(0, 1);
        var passed = graph.Add("GreaterOrEqual", [p, graph.Constant(starts, 1, segments)]).Cast(OnnxType.Int64);
        var count = graph.Add("ReduceSum", [passed, graph.Constant([1L])], OnnxAttribute.Of("keepdims", 1));
        var segment = graph.Add("Sub", [count, graph.Constant([1L])]);
        OnnxValue Of(IReadOnlyList<double> values) =>
            graph.Add("Gather", [graph.Constant([.. values.Take(segments)]), segment]);
        return Of(y) + (Of(slopes) * (p - Of(x)));
    }
}
