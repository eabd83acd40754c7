namespace Serverless.Core.Serving;

/// <summary>How a predict request ended.</summary>
public abstract record PredictOutcome
{
    private PredictOutcome()
    {
    }

    /// <param name="Answer">The response body, UTF-8 JSON. Whoever has sent it disposes it.</param>
    /// <param name="Rows">How many were answered.</param>
    public sealed record Answered(AnswerBuffer Answer, int Version, int Rows) : PredictOutcome
    {
        public ReadOnlyMemory<byte> Json => Answer.Written;
    }

    /// <summary>Nobody ever dropped anything for a model of that name.</summary>
    public sealed record UnknownModel : PredictOutcome;

    /// <summary>The model is known, and the version that was asked for by its number is none of it.</summary>
    public sealed record UnknownVersion : PredictOutcome;

    /// <summary>
    /// The model is known, but no version of it is live yet, or the one that was asked for cannot be loaded.
    /// </summary>
    /// <param name="Why">Why the version cannot be loaded; null where there is none that could be.</param>
    public sealed record NoVersionYet(string? Why = null) : PredictOutcome;

    /// <summary>
    /// An explanation was asked for, and models of the champion's trainer cannot be explained exactly.
    /// </summary>
    public sealed record NotExplainable(string Trainer, int Version) : PredictOutcome;

    /// <param name="Errors">At most <see cref="FieldError.Most"/>, in the order of the body.</param>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PredictOutcome;
}

/// <summary>One thing that is wrong with a request's body.</summary>
/// <param name="Pointer">
/// Where, as a JSON pointer (RFC 6901) into the body: <c>/0/humidity</c>; or, in a format other than JSON rows, the
/// field and its row: <c>humidity, row 0</c>. Empty for the body as a whole.
/// </param>
/// <param name="Found">As it was written, shortened.</param>
public sealed record FieldError(string Pointer, string Expected, string Found)
{
    /// <summary>A request that is wrong throughout is told so by its first errors.</summary>
    public const int Most = 20;

    public override string ToString() =>
        $"{(Pointer.Length == 0 ? "The body" : Pointer)}: expected {Expected}, found {Found}.";
}
