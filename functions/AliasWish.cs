using System.Text.Json;
using Serverless.Registry;
using Serverless.Serving;

namespace Serverless.Functions;

/// <summary>The body of a request to set an alias: a version by number or by another alias, and why.</summary>
internal sealed record AliasWish(int Version, string Reason, FieldError? Error)
{
    private const int MaximumReason = 500;

    public static AliasWish Parse(ReadOnlySpan<byte> body, Aliases aliases)
    {
        const string expected = "a version's number, or \"previous\", \"challenger\" or \"champion\"";
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var version))
            {
                return Wrong("/version", expected, "nothing");
            }

            var reason = "asked for over the API";
            if (root.TryGetProperty("reason", out var given))
            {
                // It is kept in the history of the aliases, which is read whole.
                if (given.ValueKind != JsonValueKind.String || given.GetString() is not { Length: <= MaximumReason } text)
                {
                    return Wrong("/reason", $"a string of at most {MaximumReason} characters", given.GetRawText());
                }

                reason = text;
            }

            if (version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number))
            {
                return new AliasWish(number, reason, null);
            }

            Alias? alias = version.ValueKind != JsonValueKind.String ? null : version.GetString() switch
            {
                "champion" => Alias.Champion,
                "challenger" => Alias.Challenger,
                "previous" => Alias.Previous,
                _ => null,
            };
            if (alias is not { } named) return Wrong("/version", expected, version.GetRawText());
            return aliases.Resolve(named) is { } resolved
                ? new AliasWish(resolved, reason, null)
                : Wrong("/version", "an alias that names a version", $"{version.GetRawText()}, which names none");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Wrong("", "an object such as {\"version\": 2}", e.Message);
        }
    }

    private static AliasWish Wrong(string pointer, string expected, string found) =>
        new(0, "", new FieldError(pointer, expected, found.Length <= 80 ? found : found[..79] + "…"));
}
