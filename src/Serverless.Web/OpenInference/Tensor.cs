namespace Serverless.Web.OpenInference;

/// <summary>One tensor of a request, as it was announced; its values still stand in the body.</summary>
/// <param name="Index">Its place among the inputs.</param>
/// <param name="Shape">One or two dimensions.</param>
/// <param name="Start">Where the array of its values begins in the body.</param>
/// <param name="End">Behind that array.</param>
internal sealed record Tensor(int Index, string Name, TensorType Type, long[] Shape, int Start, int End)
{
    public long Rows => Shape[0];

    /// <summary>Values of one row.</summary>
    public long Width => Shape.Length == 1 ? 1 : Shape[1];

    public string Pointer => $"/inputs/{Index}";

    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
