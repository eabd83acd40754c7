using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>One column of rows, as a request's tensors hold it; its values still stand in the body.</summary>
/// <param name="Name">The field's.</param>
/// <param name="Places">
/// Where the tensor's values begin in the body, in its order. The columns of a matrix share them.
/// </param>
/// <param name="First">Index of the first row's place.</param>
/// <param name="Step">From a row's place to the next row's.</param>
/// <param name="End">Behind the tensor's values in the body.</param>
internal sealed record TensorColumn(string Name, TensorType Type, int[] Places, int First, int Step, int End)
{
    public int Rows => Places.Length / Step;

    /// <summary>Names a value as its caller knows it, whose tensor may be of one feature or of all.</summary>
    public static string At(string field, int row) => $"{RequestErrorText.Shorten(field)}, row {row}";

    /// <summary>Reads all values into rows.</summary>
    /// <param name="field">Of the version.</param>
    /// <param name="errors">Takes what is wrong, up to <see cref="FieldError.MaxCount"/>.</param>
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
