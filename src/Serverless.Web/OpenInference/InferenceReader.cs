using System.Text.Json;
using System.Text.Unicode;
using Serverless.Core.Serving;
using Serverless.Learning.Features;

namespace Serverless.Web.OpenInference;

/// <summary>
/// Reads an inference request of the Open Inference Protocol (v2, REST), except the values of its rows, which the
/// answering version reads. Errors name the place, the expected and the found value.
/// </summary>
internal sealed class InferenceReader(ServedModel served, int maxRows)
{
    private readonly List<Tensor> _tensors = [];
    private byte[]? _id;
    private InferenceOutputs _outputs;

    public List<FieldError> Errors { get; } = [];

    /// <returns>The request; null if there are <see cref="Errors"/>.</returns>
    public TensorRequest? Read(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            Fail("", "text in UTF-8", "invalid bytes");
            return null;
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            ReadRequest(ref reader);
            if (Errors.Count == 0 && reader.Read()) Fail("", "the end of the body", Found(ref reader));
        }
        catch (JsonException e)
        {
            Fail("", "JSON: an object with inputs", RequestErrorText.Position(e));
        }
        catch (InvalidOperationException) when (Surrogates.FindLone(body) is { } lone)
        {
            Errors.Add(lone);
        }

        if (Errors.Count > 0) return null;
        var columns = new TensorColumnFinder(served, maxRows, _tensors, Errors).Find(body);
        var outputs = _outputs == InferenceOutputs.None ? TensorTemplate.OutputsOf(served.Signature.Task) : _outputs;
        return Errors.Count == 0 ? new TensorRequest(_id, outputs, columns, served.Fields) : null;
    }

    /// <summary>The current value, or its kind if it is long or has escapes, for an error message.</summary>
    internal static string Found(ref Utf8JsonReader reader) =>
        reader is { TokenType: JsonTokenType.String, ValueIsEscaped: true }
            ? "a string"
            : RequestErrorText.Found(ref reader);

    private void ReadRequest(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (!IsObject(ref reader, "", "an object with inputs")) return;
        var (seen, hasInputs) = (new HashSet<string>(), false);
        while (TryMember(ref reader, "", seen, out var name))
        {
            switch (name)
            {
                case "id":
                    ReadId(ref reader);
                    break;
                case "parameters":
                    if (reader.TokenType != JsonTokenType.Null && IsObject(ref reader, "/parameters", "an object"))
                    {
                        reader.Skip();
                    }

                    break;
                case "inputs":
                    hasInputs = true;
                    ReadEach(ref reader, "/inputs", "an array of tensors", ReadInput);
                    break;
                case "outputs":
                    if (reader.TokenType != JsonTokenType.Null)
                    {
                        ReadEach(ref reader, "/outputs", "an array of requested tensors", ReadOutput);
                    }

                    break;
                default:
                    FailUnknown(ref reader, "", name, "id, parameters, inputs or outputs");
                    break;
            }
        }

        if (!hasInputs) Fail("/inputs", "an array of tensors", "nothing");
        else if (_tensors.Count == 0) Fail("/inputs", "at least one tensor", "an empty array");
    }

    private void ReadId(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return;
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= RowValueReader.MaxIdBytes)
        {
            _id = JsonText.Quote(reader.GetString()!);
            return;
        }

        Fail("/id", $"a string of at most {RowValueReader.MaxIdBytes} bytes", Found(ref reader));
        reader.Skip();
    }

    private delegate void ReadElement(ref Utf8JsonReader reader, int index);

    private void ReadEach(ref Utf8JsonReader reader, string pointer, string expected, ReadElement read)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Fail(pointer, expected, Found(ref reader));
            reader.Skip();
            return;
        }

        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (Errors.Count >= FieldError.MaxCount) reader.Skip();
            else if (IsObject(ref reader, $"{pointer}/{i}", "an object")) read(ref reader, i);
        }
    }

    private void ReadInput(ref Utf8JsonReader reader, int index)
    {
        var at = $"/inputs/{index}";
        var (seen, tensorName) = (new HashSet<string>(), (string?)null);
        var (type, shape, start, end) = ((TensorType?)null, (long[]?)null, -1, -1);
        while (TryMember(ref reader, at, seen, out var name))
        {
            switch (name)
            {
                case "name":
                    tensorName = ReadText(ref reader, $"{at}/name", "the tensor's name");
                    break;
                case "datatype":
                    type = ReadType(ref reader, $"{at}/datatype");
                    break;
                case "shape":
                    shape = ReadShape(ref reader, $"{at}/shape");
                    break;
                case "parameters":
                    ReadParameters(ref reader, $"{at}/parameters");
                    break;
                case "data":
                    start = (int)reader.TokenStartIndex;
                    if (reader.TokenType != JsonTokenType.StartArray)
                    {
                        Fail($"{at}/data", "an array of values", Found(ref reader));
                    }

                    reader.Skip();
                    end = (int)reader.BytesConsumed;
                    break;
                default:
                    FailUnknown(ref reader, at, name, "name, shape, datatype, parameters or data");
                    break;
            }
        }

        foreach (var name in (string[])["name", "shape", "datatype", "data"])
        {
            if (!seen.Contains(name))
            {
                Fail(
                    $"{at}/{name}", name == "data" ? "the tensor's values as JSON" : $"the tensor's {name}", "nothing");
            }
        }

        if (tensorName is not null && type is not null && shape is not null && end >= 0)
        {
            _tensors.Add(new Tensor(index, tensorName, type, shape, start, end));
        }
    }

    private void ReadOutput(ref Utf8JsonReader reader, int index)
    {
        var at = $"/outputs/{index}";
        var seen = new HashSet<string>();
        while (TryMember(ref reader, at, seen, out var name))
        {
            if (name == "name" && ReadText(ref reader, $"{at}/name", "the tensor's name") is { } output)
            {
                var wanted = TensorTemplate.OutputOf(served.Signature.Task, output);
                if (wanted == InferenceOutputs.None)
                {
                    var names = TensorTemplate.OutputNames(served.Signature.Task);
                    Fail($"{at}/name", $"one of {string.Join(", ", names)}", $"'{RequestErrorText.Shorten(output)}'");
                }

                _outputs |= wanted;
            }
            else if (name != "name")
            {
                // Parameters of other servers' extensions do not change the values of an output.
                reader.Skip();
            }
        }

        if (!seen.Contains("name")) Fail($"{at}/name", "the tensor's name", "nothing");
    }

    private TensorType? ReadType(ref Utf8JsonReader reader, string at)
    {
        if (ReadText(ref reader, at, "a datatype") is not { } name) return null;
        if (TensorType.Find(name) is { } type) return type;
        Fail(at, $"one of {string.Join(", ", TensorType.Names)}", $"'{RequestErrorText.Shorten(name)}'");
        return null;
    }

    private long[]? ReadShape(ref Utf8JsonReader reader, string at)
    {
        const string expected = "an array of one or two whole numbers from 1";
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Fail(at, expected, Found(ref reader));
            reader.Skip();
            return null;
        }

        var (shape, fits) = (new List<long>(), true);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size) && size > 0)
            {
                if (shape.Count < 3) shape.Add(size);
                continue;
            }

            if (fits) Fail(at, expected, Found(ref reader));
            fits = false;
            reader.Skip();
        }

        if (fits && shape.Count is not (1 or 2))
        {
            Fail(at, expected, shape.Count == 0 ? "an empty array" : "more dimensions");
        }

        return fits && shape.Count is 1 or 2 ? [.. shape] : null;
    }

    /// <summary>Refuses base64, an extension that would change the meaning of the values.</summary>
    private void ReadParameters(ref Utf8JsonReader reader, string at)
    {
        if (reader.TokenType == JsonTokenType.Null || !IsObject(ref reader, at, "an object")) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isEncoding = reader.ValueTextEquals("content_type"u8);
            reader.Read();
            if (isEncoding && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("base64"u8))
            {
                Fail($"{at}/content_type", "unencoded values", "base64");
            }

            reader.Skip();
        }
    }

    private string? ReadText(ref Utf8JsonReader reader, string at, string expected)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        Fail(at, expected, Found(ref reader));
        reader.Skip();
        return null;
    }

    /// <summary>Reads the name of the next member and moves to its value.</summary>
    private bool TryMember(ref Utf8JsonReader reader, string at, HashSet<string> seen, out string name)
    {
        name = "";
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName) return false;
        name = reader.GetString()!;
        if (!seen.Add(name)) Fail($"{at}/{RequestErrorText.Token(name)}", "the member once", "a second one");
        return reader.Read();
    }

    /// <summary>Adds an error and skips the value if it is not an object.</summary>
    private bool IsObject(ref Utf8JsonReader reader, string at, string expected)
    {
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        Fail(at, expected, Found(ref reader));
        reader.Skip();
        return false;
    }

    private void FailUnknown(ref Utf8JsonReader reader, string at, string name, string expected)
    {
        Fail($"{at}/{RequestErrorText.Token(name)}", expected, "an unknown member");
        reader.Skip();
    }

    private void Fail(string pointer, string expected, string found)
    {
        if (Errors.Count < FieldError.MaxCount) Errors.Add(new FieldError(pointer, expected, found));
    }
}
