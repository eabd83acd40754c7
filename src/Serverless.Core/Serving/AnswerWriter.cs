namespace Serverless.Core.Serving;

/// <summary>Writes the answer to a request, in the form in which its caller reads predictions.</summary>
public abstract class AnswerWriter
{
    /// <summary>Most rows in one answer, where the form has a limit of its own.</summary>
    public virtual int MaxRows => int.MaxValue;

    /// <summary>Writes the whole answer, from its first byte to its last.</summary>
    /// <param name="rows">At least one.</param>
    /// <exception cref="InvalidOperationException">An output is not finite.</exception>
    public abstract void Write(AnswerBuffer answer, in AnsweredRows rows);
}
