namespace Serverless.Core.Serving;

/// <summary>Writes the answer to a request, in the format that the caller reads.</summary>
public abstract class AnswerWriter
{
    /// <summary>Max rows per answer, if the format has its own limit.</summary>
    public virtual int MaxRows => int.MaxValue;

    /// <summary>Writes the complete answer.</summary>
    /// <param name="rows">At least one.</param>
    /// <exception cref="InvalidOperationException">An output is not finite.</exception>
    public abstract void Write(AnswerBuffer answer, in AnsweredRows rows);
}
