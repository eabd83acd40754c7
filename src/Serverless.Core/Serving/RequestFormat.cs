namespace Serverless.Core.Serving;

/// <summary>
/// A format of requests and answers. JSON has one shared instance; a format that holds details of its request has one
/// per request.
/// </summary>
public abstract class RequestFormat
{
    /// <summary>
    /// Whether predictions are explained. These take far longer, and not every model supports them, so a roll-out does
    /// not compare such requests.
    /// </summary>
    public virtual bool IsExplained => false;

    /// <returns>Null if an explanation is requested and the version has none.</returns>
    public abstract AnswerWriter? WriterFor(ServedModel served);

    /// <summary>Parses the rows by the fields of the answering version.</summary>
    /// <param name="rows">Empty before; undefined after a result of false.</param>
    /// <param name="errors">
    /// At most <see cref="FieldError.MaxCount"/>, in body order; empty if all rows were read.
    /// </param>
    /// <returns>False if there are errors.</returns>
    public abstract bool TryRead(
        ServedModel served,
        ReadOnlySpan<byte> body,
        int maxRows,
        RequestRows rows,
        out IReadOnlyList<FieldError> errors);

    /// <summary>
    /// JSON whose first row is the request's first; invalid if the body is. Its key assigns the request to a side of a
    /// canary.
    /// </summary>
    public virtual ReadOnlySpan<byte> FirstRow(ReadOnlySpan<byte> body) => body;
}
