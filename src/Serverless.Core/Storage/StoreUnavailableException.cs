namespace Serverless.Core.Storage;

/// <summary>
/// The store did not answer, after all retries. That is nobody's fault here: the same call may work later, and work
/// that ended with this must not count as a failed try.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? innerException)
    : IOException(message, innerException);
