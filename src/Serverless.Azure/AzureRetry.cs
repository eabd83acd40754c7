using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>
/// Tries each request again where the service may only be away for a moment. The library's own retries are turned
/// off: they do not tell whether an earlier try may have taken effect, which decides what a conflict means.
/// </summary>
internal sealed class AzureRetry(TimeProvider clock)
{
    // 0.2 + 0.4 + … + 3.2 s, about the time that a front end needs to be replaced.
    private const int Retries = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <param name="subject">The blob or account, for people.</param>
    /// <param name="attempt">Is told whether an earlier try may have taken effect unseen.</param>
    /// <exception cref="StoreUnavailableException">No try was answered.</exception>
    /// <exception cref="UnauthorizedAccessException">The service knows us and says no, or does not know us.</exception>
    /// <exception cref="IOException">The service refuses for another reason.</exception>
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
