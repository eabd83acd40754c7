namespace Serverless.Web.OpenInference;

/// <summary>One tensor of a request, with its values left in the body.</summary>
/// <param name="Index">Index among the inputs.</param>
/// <param name="Shape">One or two dimensions.</param>
/// <param name="Start">Offset in the body of the array of values.</param>
/// <param name="End">Offset after that array.</param>
internal sealed record Tensor(int Index, string Name, TensorType Type, long[] Shape, int Start, int End)
{
    public long Rows => Shape[0];

    /// <summary>Number of values in a row.</summary>
    public long Width => Shape.Length == 1 ? 1 : Shape[1];

    public string Pointer => $"/inputs/{Index}";

    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
