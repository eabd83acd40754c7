using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// Retries requests after transient failures. The library's own retries are turned off, because they do not report
/// whether an earlier attempt may have taken effect, which decides what a conflict means.
/// </summary>
internal sealed class AzureRetry(TimeProvider clock)
{
    // 0.2 + 0.4 + … + 3.2 s, about the time in which Azure replaces a front end.
    private const int Retries = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <param name="subject">The blob or account, for messages.</param>
    /// <param name="attempt">
    /// Sends the request. The argument is true if an earlier attempt may have taken effect without an answer.
    /// </param>
    /// <exception cref="StoreUnavailableException">All attempts failed without an answer.</exception>
    /// <exception cref="UnauthorizedAccessException">Authentication or authorization failed.</exception>
    /// <exception cref="IOException">The service refuses the request for another reason.</exception>
    public async Task<T> RunAsync<T>(
        string subject, Func<bool, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var unsure = false;
        for (var retry = 0; ; retry++)
        {
            try
            {
                return await attempt(unsure);
            }
            catch (Exception e) when (e is StoreUnavailableException || cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (AzureFailure.IsTransient(e))
            {
                if (retry == Retries) throw AzureFailure.Unavailable(e, subject);
                unsure |= AzureFailure.MayHaveHappened(e);
            }
            catch (Exception e) when (AzureFailure.IsOfAzure(e))
            {
                throw AzureFailure.Translate(e, subject);
            }

            await Task.Delay(FirstDelay * (1 << retry), clock, cancellationToken);
        }
    }
}
