using System.Text.Json;
using System.Text.Unicode;
using Serverless.Core.Registry;
using Serverless.Core.Serving;

namespace Serverless.Functions;

/// <summary>Body of a request to set an alias: a version, by number or by another alias, and a reason.</summary>
internal sealed record AliasRequest(int Version, string Reason, FieldError? Error)
{
    // Every reason is kept in the history, which is read with the aliases.
    private const int MaxReason = 500;

    private static readonly JsonDocumentOptions _reading = new() { MaxDepth = 8 };

    public static AliasRequest Parse(ReadOnlyMemory<byte> body, Aliases aliases)
    {
        if (!Utf8.IsValid(body.Span)) return Wrong("", "text in UTF-8", "invalid bytes");
        try
        {
            using var document = JsonDocument.Parse(body, _reading);
            return Parse(document.RootElement, aliases);
        }
        catch (JsonException e)
        {
            return new AliasRequest(
                0, "", new FieldError("", "JSON: an object such as {\"version\": 2}", RequestErrorText.Position(e)));
        }
        catch (InvalidOperationException) when (Surrogates.FindLone(body.Span) is { } lone)
        {
            return new AliasRequest(0, "", lone);
        }
    }

    private static AliasRequest Parse(JsonElement root, Aliases aliases)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Wrong("", "an object such as {\"version\": 2}", root.GetRawText());
        }

        var (version, reason) = (default(JsonElement), "requested over the API");
        var seen = new HashSet<string>();
        foreach (var field in root.EnumerateObject())
        {
            if (!seen.Add(field.Name))
            {
                return Wrong($"/{RequestErrorText.Token(field.Name)}", "each field once", "a second one");
            }

            switch (field.Name)
            {
                case "version":
                    version = field.Value;
                    break;
                case "reason" when field.Value.ValueKind == JsonValueKind.String
                    && field.Value.GetString()!.Length <= MaxReason:
                    reason = field.Value.GetString()!;
                    break;
                case "reason":
                    return Wrong("/reason", $"a string of at most {MaxReason} characters", field.Value.GetRawText());
                default:
                    return Wrong($"/{RequestErrorText.Token(field.Name)}", "version or reason", "an unknown field");
            }
        }

        const string expected = "a version's number, or \"previous\", \"challenger\" or \"champion\"";
        if (version.ValueKind == JsonValueKind.Undefined) return Wrong("/version", expected, "nothing");
        if (version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number))
        {
            return new AliasRequest(number, reason, null);
        }

        Alias? alias = version.ValueKind != JsonValueKind.String ? null : version.GetString() switch
        {
            "champion" => Alias.Champion,
            "challenger" => Alias.Challenger,
            "previous" => Alias.Previous,
            _ => null,
        };
        if (alias is not { } named) return Wrong("/version", expected, version.GetRawText());
        // During a canary, 'previous' is the current champion: setting it ends the canary.
        return (named == Alias.Previous ? aliases.RollbackTarget : aliases.Resolve(named)) is { } resolved
            ? new AliasRequest(resolved, reason, null)
            : Wrong("/version", "an alias that names a version", $"{version.GetRawText()}, which names none");
    }

    private static AliasRequest Wrong(string pointer, string expected, string found) =>
        new(0, "", new FieldError(pointer, expected, RequestErrorText.Shorten(found)));
}
