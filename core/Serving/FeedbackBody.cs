using System.Text.Json;

namespace Serverless.Serving;

/// <summary>The outcomes of one feedback request.</summary>
internal static class FeedbackBody
{
    private const string Expected = "JSON: an object with \"id\" and \"label\" or \"value\", or an array of them";

    private static readonly JsonDocumentOptions _reading = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <returns>The outcomes, or what is wrong with the body.</returns>
    public static (List<Outcome> Outcomes, List<FieldError> Errors) Parse(ReadOnlyMemory<byte> body, int maxRows)
    {
        var (outcomes, errors) = (new List<Outcome>(), new List<FieldError>());
        try
        {
            using var document = JsonDocument.Parse(body, _reading);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array)
            {
                Add(root, "");
            }
            else if (root.GetArrayLength() is var rows && (rows == 0 || rows > maxRows))
            {
                errors.Add(new FieldError("", $"1 to {maxRows} outcomes", $"{rows}"));
            }
            else
            {
                for (var i = 0; i < rows && errors.Count < FieldError.Most; i++) Add(root[i], $"/{i}");
            }
        }
        catch (JsonException e)
        {
            errors.Add(FieldError.NotJson(e, Expected));
        }
        catch (InvalidOperationException)
        {
            // What the document says about half a surrogate pair, once it is asked for that text.
            errors.Add(new FieldError("", "text in valid UTF-8, with paired surrogates", "other bytes"));
        }

        return errors.Count == 0 ? (outcomes, errors) : ([], errors);

        void Add(JsonElement element, string pointer)
        {
            if (ParseOne(element, pointer, out var outcome) is { } error) errors.Add(error);
            else outcomes.Add(outcome);
        }
    }

    private static FieldError? ParseOne(JsonElement element, string pointer, out Outcome outcome)
    {
        outcome = new Outcome("", null, null);
        if (element.ValueKind != JsonValueKind.Object) return new FieldError(pointer, "an object", Show(element));
        foreach (var field in element.EnumerateObject())
        {
            var value = field.Value;
            var (expected, fits) = field.Name switch
            {
                "id" => ("a string of 1 to 200 characters", value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 200 }),
                "label" => ("a string or null", value.ValueKind is JsonValueKind.String or JsonValueKind.Null),
                // As far as a label reaches in training: beyond, errors have no finite square.
                "value" => ("a number from -3.4e38 to 3.4e38, or null", value.ValueKind == JsonValueKind.Null
                    || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var n) && Math.Abs(n) <= float.MaxValue)),
                _ => ("id, label or value", false),
            };
            if (!fits) return new FieldError(FieldError.PointerTo(pointer, field.Name), expected, Show(value));
            outcome = field.Name switch
            {
                "id" => outcome with { Id = value.GetString()! },
                "label" => outcome with { Label = value.GetString() },
                _ => outcome with { Value = value.ValueKind == JsonValueKind.Null ? null : value.GetDouble() },
            };
        }

        if (outcome.Id.Length == 0) return new FieldError($"{pointer}/id", "the prediction's id", "nothing");
        return outcome.Label is null == outcome.Value is null
            ? new FieldError(pointer, "either \"label\" or \"value\"", outcome.Label is null ? "neither" : "both")
            : null;
    }

    private static string Show(JsonElement element) => FieldError.Shorten(element.GetRawText());
}
