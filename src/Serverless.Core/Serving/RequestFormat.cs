namespace Serverless.Core.Serving;

/// <summary>
/// The form in which a request brings rows and gets its answer. JSON's is the same object for all requests; a format
/// that carries what its request asks for is made for each.
/// </summary>
public abstract class RequestFormat
{
    /// <summary>
    /// Predictions come with explanations. Those take far longer, and not every model has them: a roll-out does not
    /// compare such requests.
    /// </summary>
    public virtual bool IsExplained => false;

    /// <returns>Null where answers are to be explained and the version's cannot be.</returns>
    public abstract AnswerWriter? WriterFor(ServedModel served);

    /// <summary>Reads the rows, by the fields of the version that is to answer.</summary>
    /// <param name="rows">Empty. Holds anything where the result is false.</param>
    /// <param name="errors">
    /// At most <see cref="FieldError.Most"/>, in the order of the body; empty where all was read.
    /// </param>
    /// <returns>False where anything is wrong.</returns>
    public abstract bool TryRead(
        ServedModel served,
        ReadOnlySpan<byte> body,
        int maxRows,
        RequestRows rows,
        out IReadOnlyList<FieldError> errors);

    /// <summary>
    /// JSON whose first row is the request's; not valid where the body is not. Its key decides by which version of a
    /// canary the rows are read.
    /// </summary>
    public virtual ReadOnlySpan<byte> FirstRow(ReadOnlySpan<byte> body) => body;
}
