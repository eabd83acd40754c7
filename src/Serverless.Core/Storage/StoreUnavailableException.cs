namespace Serverless.Core.Storage;

/// <summary>
/// The store did not answer, after all retries. The call may succeed later, so work that ended with this does not count
/// as a failed attempt.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? innerException)
    : IOException(message, innerException);
