using System.Text.Json;
using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>
/// Finds the columns of a request: one tensor per feature, of shape [n] or [n, 1], or a single tensor of shape
/// [n, features] in the order of the signature.
/// </summary>
internal sealed class TensorColumnFinder(
    ServedModel served, int maxRows, IReadOnlyList<Tensor> tensors, List<FieldError> errors)
{
    private readonly List<TensorColumn> _columns = [];

    /// <returns>The columns, all with the same number of rows; incomplete if there are errors.</returns>
    public IReadOnlyList<TensorColumn> Find(ReadOnlySpan<byte> body)
    {
        if (tensors is [var only] && served.Fields.Find(only.Name) < 0) FindMatrix(only, body);
        else FindFeatures(body);
        return _columns;
    }

    private void FindMatrix(Tensor tensor, ReadOnlySpan<byte> body)
    {
        var features = served.Signature.Features;
        if (tensor.Shape.Length != 2 || tensor.Width != features.Count)
        {
            var suggestion = RequestErrorText.Suggestion(tensor.Name, features.Select(f => f.Name));
            Fail(
                tensor.Pointer,
                $"{suggestion}, or a single tensor of shape [n, {features.Count}]",
                $"'{RequestErrorText.Shorten(tensor.Name)}' of shape {tensor.ShapeText}");
            return;
        }

        AddColumns(tensor, [.. features.Select(f => f.Name)], body);
    }

    private void FindFeatures(ReadOnlySpan<byte> body)
    {
        var (count, seen) = (tensors[0].Rows, new HashSet<string>());
        foreach (var tensor in tensors)
        {
            if (errors.Count >= FieldError.MaxCount) return;
            if (served.Fields.Find(tensor.Name) < 0)
            {
                var names = served.Signature.Features.Select(f => f.Name);
                var suggestion = RequestErrorText.Suggestion(tensor.Name, names);
                Fail($"{tensor.Pointer}/name", suggestion, $"'{RequestErrorText.Shorten(tensor.Name)}'");
            }
            else if (!seen.Add(tensor.Name))
            {
                Fail($"{tensor.Pointer}/name", "each tensor once", $"'{RequestErrorText.Shorten(tensor.Name)}' again");
            }
            else if (tensor.Width != 1 || tensor.Rows != count)
            {
                var expected = tensor.Index == 0
                    ? "[n] or [n, 1]"
                    : $"[{count}] or [{count}, 1], with the rows of the first tensor";
                Fail($"{tensor.Pointer}/shape", expected, tensor.ShapeText);
            }
            else
            {
                AddColumns(tensor, [tensor.Name], body);
            }
        }
    }

    private void AddColumns(Tensor tensor, string[] names, ReadOnlySpan<byte> body)
    {
        if (tensor.Rows > maxRows)
        {
            Fail($"{tensor.Pointer}/shape", $"at most {maxRows} rows", tensor.ShapeText);
            return;
        }

        var count = tensor.Rows * names.Length;
        // A value takes at least two bytes, with its comma. Checked before allocating, so that a small body with a
        // large shape cannot exhaust the memory.
        if (count > (tensor.End - tensor.Start) / 2)
        {
            Fail($"{tensor.Pointer}/data", $"{count} values, as the shape says", "fewer");
            return;
        }

        var places = new int[count];
        if (!TryFind(tensor, body, places)) return;
        for (var c = 0; c < names.Length; c++)
        {
            _columns.Add(new TensorColumn(names[c], tensor.Type, places, First: c, Step: names.Length, tensor.End));
        }
    }

    /// <summary>Finds the offset of each value in the body. Values may be flat or in one array per row.</summary>
    /// <param name="places">Receives the offsets, row by row; has the number of values in the shape.</param>
    private bool TryFind(Tensor tensor, ReadOnlySpan<byte> body, Span<int> places)
    {
        var reader = new Utf8JsonReader(body[tensor.Start..tensor.End], new JsonReaderOptions { MaxDepth = 16 });
        var (count, inRow, isNested) = (0, -1, false);
        reader.Read();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when tensor.Shape.Length == 2 && inRow < 0 && (isNested || count == 0):
                    (isNested, inRow) = (true, 0);
                    break;
                case JsonTokenType.EndArray when inRow == tensor.Width:
                    inRow = -1;
                    break;
                case JsonTokenType.EndArray when inRow >= 0:
                    return Fail(tensor, count, $"{tensor.Width} values in each row, as the shape says", $"{inRow}");
                case JsonTokenType.EndArray when count == places.Length:
                    return true;
                case JsonTokenType.EndArray:
                    return Fail(tensor, null, $"{places.Length} values, as the shape says", $"{count}");
                case var _ when isNested && inRow < 0:
                    return Fail(tensor, count, "an array of a row's values", InferenceReader.Found(ref reader));
                case var _ when !tensor.Type.Fits(ref reader):
                    return Fail(
                        tensor,
                        count,
                        $"{tensor.Type.Expected}, since the datatype is {tensor.Type.Name}",
                        InferenceReader.Found(ref reader));
                case var _ when count == places.Length:
                    return Fail(tensor, null, $"{places.Length} values, as the shape says", "more");
                default:
                    places[count++] = tensor.Start + (int)reader.TokenStartIndex;
                    if (isNested) inRow++;
                    break;
            }
        }

        return true;
    }

    private bool Fail(Tensor tensor, int? value, string expected, string found)
    {
        Fail($"{tensor.Pointer}/data{(value is { } v ? $"/{v}" : "")}", expected, found);
        return false;
    }

    private void Fail(string pointer, string expected, string found)
    {
        if (errors.Count < FieldError.MaxCount) errors.Add(new FieldError(pointer, expected, found));
    }
}
