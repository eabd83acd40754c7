using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>One column of a request's rows, by the offsets of its values in the body.</summary>
/// <param name="Name">Name of the field.</param>
/// <param name="Places">Offsets of the tensor's values in the body. The columns of a matrix share them.</param>
/// <param name="First">Index in <paramref name="Places"/> of the first row.</param>
/// <param name="Step">Distance in <paramref name="Places"/> between rows.</param>
/// <param name="End">Offset after the tensor's values in the body.</param>
internal sealed record TensorColumn(string Name, TensorType Type, int[] Places, int First, int Step, int End)
{
    public int Rows => Places.Length / Step;

    /// <summary>Names a value by field and row: the caller's tensor may hold one feature or all.</summary>
    public static string At(string field, int row) => $"{RequestErrorText.Shorten(field)}, row {row}";

    /// <summary>Reads all values into rows.</summary>
    /// <param name="field">The field of the version.</param>
    /// <param name="errors">Receives errors, up to <see cref="FieldError.MaxCount"/>.</param>
    public void ReadInto(
        RequestRows rows, ServedModel served, RowField field, ReadOnlySpan<byte> body, List<FieldError> errors)
    {
        for (var row = 0; row < Rows && errors.Count < FieldError.MaxCount; row++)
        {
            if (Value(row, body).ReadInto(rows, row, served, field) is (var expected, var found))
            {
                errors.Add(new FieldError(At(Name, row), expected, found));
            }
        }
    }

    public TensorValue Value(int row, ReadOnlySpan<byte> body) => new(body[Places[First + (row * Step)]..End], Type);
}
