namespace Serverless.Learning.Onnx;

/// <summary>
/// An operator's output, an input or a constant of a graph. Arithmetic on it adds operators to the graph.
/// </summary>
internal readonly record struct OnnxValue(OnnxGraph Graph, string Name)
{
    public static OnnxValue operator +(OnnxValue left, OnnxValue right) => left.Graph.Add("Add", [left, right]);

    public static OnnxValue operator -(OnnxValue left, OnnxValue right) => left.Graph.Add("Sub", [left, right]);

    public static OnnxValue operator *(OnnxValue left, OnnxValue right) => left.Graph.Add("Mul", [left, right]);

    public static OnnxValue operator /(OnnxValue left, OnnxValue right) => left.Graph.Add("Div", [left, right]);

    public static OnnxValue operator +(OnnxValue left, double right) => left + left.Graph.Constant(right);

    public static OnnxValue operator -(OnnxValue left, double right) => left - left.Graph.Constant(right);

    public static OnnxValue operator *(OnnxValue left, double right) => left * left.Graph.Constant(right);

    public static OnnxValue operator /(OnnxValue left, double right) => left / left.Graph.Constant(right);

    public static OnnxValue operator -(double left, OnnxValue right) => right.Graph.Constant(left) - right;

    public OnnxValue Cast(OnnxType type) => Graph.Add("Cast", [this], OnnxAttribute.Of("to", (long)type));

    public OnnxValue Log() => Graph.Add("Log", [this]);

    public OnnxValue Floor() => Graph.Add("Floor", [this]);

    public OnnxValue Clip(double min, double max) =>
        Graph.Add("Clip", [this, Graph.Constant(min), Graph.Constant(max)]);

    public OnnxValue Exp() => Graph.Add("Exp", [this]);

    /// <summary>1 / (1 + e^−x)</summary>
    public OnnxValue Sigmoid() => Graph.Add("Sigmoid", [this]);

    /// <summary>Converts raw scores to probabilities, row by row.</summary>
    public OnnxValue Softmax() => Graph.Add("Softmax", [this], OnnxAttribute.Of("axis", 1));

    /// <summary>Converts a single column to a vector.</summary>
    public OnnxValue Squeeze() => Graph.Add("Squeeze", [this, Graph.Constant([1L])]);
}
