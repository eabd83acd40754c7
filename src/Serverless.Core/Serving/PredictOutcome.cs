namespace Serverless.Core.Serving;

/// <summary>The result of a predict request.</summary>
public abstract record PredictOutcome
{
    private PredictOutcome()
    {
    }

    /// <param name="Answer">The response body, UTF-8 JSON; dispose it after sending.</param>
    /// <param name="Rows">Number of rows answered.</param>
    public sealed record Answered(AnswerBuffer Answer, int Version, int Rows) : PredictOutcome
    {
        public ReadOnlyMemory<byte> Json => Answer.Written;
    }

    /// <summary>No data was ever dropped for a model of that name.</summary>
    public sealed record UnknownModel : PredictOutcome;

    /// <summary>The model has no version of the requested number.</summary>
    public sealed record UnknownVersion : PredictOutcome;

    /// <summary>The model has no live version yet, or the requested one cannot be loaded.</summary>
    /// <param name="Why">Why the version cannot be loaded; null if there is none.</param>
    public sealed record NoVersionYet(string? Why = null) : PredictOutcome;

    /// <summary>An explanation was requested, but models of this trainer cannot be explained exactly.</summary>
    public sealed record NotExplainable(string Trainer, int Version) : PredictOutcome;

    /// <param name="Errors">At most <see cref="FieldError.MaxCount"/>, in body order.</param>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PredictOutcome;
}

/// <summary>One error in a request's body.</summary>
/// <param name="Pointer">
/// Its position, as a JSON pointer (RFC 6901) into the body: <c>/0/humidity</c>; in formats other than JSON rows, the
/// field and its row: <c>humidity, row 0</c>. Empty for the body as a whole.
/// </param>
/// <param name="Found">The text found, shortened.</param>
public sealed record FieldError(string Pointer, string Expected, string Found)
{
    /// <summary>Max errors reported per request.</summary>
    public const int MaxCount = 20;

    public override string ToString() =>
        $"{(Pointer.Length == 0 ? "The body" : Pointer)}: expected {Expected}, found {Found}.";
}
