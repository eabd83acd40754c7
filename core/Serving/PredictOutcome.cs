using System.Text.Json;

namespace Serverless.Serving;

/// <summary>How a predict request ended.</summary>
public abstract record PredictOutcome
{
    private PredictOutcome()
    {
    }

    /// <param name="Json">The response body, UTF-8.</param>
    /// <param name="Rows">How many were answered.</param>
    public sealed record Answered(ReadOnlyMemory<byte> Json, int Version, int Rows) : PredictOutcome;

    /// <summary>Nobody ever dropped anything for a model of that name.</summary>
    public sealed record UnknownModel : PredictOutcome;

    /// <summary>The model is known, but no version of it is live yet.</summary>
    public sealed record NoVersionYet : PredictOutcome;

    /// <param name="Errors">At most <see cref="FieldError.Most"/>, in the order of the body.</param>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PredictOutcome;
}

/// <summary>One thing that is wrong with a request's body.</summary>
/// <param name="Pointer">Where, as a JSON pointer (RFC 6901) into the body: <c>/0/humidity</c>; empty for the body as a whole.</param>
/// <param name="Found">As it was written, shortened.</param>
public sealed record FieldError(string Pointer, string Expected, string Found)
{
    /// <summary>A request that is wrong throughout is told so by its first errors.</summary>
    public const int Most = 20;

    /// <summary>The body is no JSON at all, or has a field twice.</summary>
    /// <param name="expected">For instance "JSON: an object".</param>
    public static FieldError NotJson(JsonException e, string expected)
    {
        // The exception's message repeats the position, counted from 0.
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var reason = end < 0 ? e.Message : e.Message[..end];
        return new FieldError(
            "", expected, $"an error at line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}: {Shorten(reason, 200)}");
    }

    /// <summary>Bytes that are no UTF-8, or an escaped half of a surrogate pair.</summary>
    public static FieldError NotText(long at) =>
        new("", "text in valid UTF-8, with paired surrogates", $"other bytes near byte {at + 1}");

    /// <summary>A field below a pointer, its name escaped as RFC 6901 asks for.</summary>
    public static string PointerTo(string pointer, string name) =>
        $"{pointer}/{Shorten(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>What a caller wrote is repeated, but not at any length.</summary>
    public static string Shorten(string text, int most = 80) => text.Length <= most ? text : text[..(most - 1)] + "…";

    public override string ToString() =>
        $"{(Pointer.Length == 0 ? "The body" : Pointer)}: expected {Expected}, found {Found}.";
}
