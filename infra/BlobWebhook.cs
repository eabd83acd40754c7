using Pulumi;
using Pulumi.AzureNative.Web;

namespace Serverless.Infra;

/// <summary>Builds the URL at which the Functions host receives blob events.</summary>
internal static class BlobWebhook
{
    /// <summary>System key that the host creates when it first starts with a blob trigger.</summary>
    public const string KeyName = "blobs_extension";

    private const int Attempts = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Returns the URL with its key as a secret: Pulumi encrypts it in the state and hides it in its output. Event Grid
    /// validates the URL with a handshake when a subscription is created.
    /// </summary>
    /// <param name="function">
    /// Name of a function with a blob trigger: an event for any other name ends the host's process. The URL needs the
    /// prefix <c>Host.Functions.</c> before the name.
    /// </param>
    /// <param name="deployed">
    /// Resolves once the app's code is deployed; unknown in the preview of a first deployment.
    /// </param>
    public static Output<string> Url(
        Input<string> group, FunctionApp app, string function, Output<string> deployed, TimeProvider clock)
    {
        var key = Output.Tuple(group.ToOutput(), app.Name, deployed).Apply(v => KeyAsync(v.Item1, v.Item2, clock));
        return Output.CreateSecret(
            Output.Format($"{app.Endpoint}/runtime/webhooks/blobs?functionName=Host.Functions.{function}&code={key}"));
    }

    /// <summary>
    /// Polls for the key. The request for it starts the host; until then the answer is an error or lacks the key.
    /// </summary>
    internal static async Task<string> KeyAsync(string group, string app, TimeProvider clock)
    {
        for (var attempt = 1; ; attempt++)
        {
            string reason;
            try
            {
                var keys = await ListWebAppHostKeys.InvokeAsync(
                    new ListWebAppHostKeysArgs { ResourceGroupName = group, Name = app });
                if (keys.SystemKeys is { } system && system.TryGetValue(KeyName, out var key)) return key;
                reason = "the host has not created the key yet";
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The SDK throws a private exception type for a failed invoke.
                reason = e.Message;
            }

            if (attempt == Attempts)
            {
                throw new TimeoutException(
                    $"Found no key '{KeyName}' of {app} within {Attempts * Pause.TotalMinutes} minutes ({reason}). "
                    + "Check in the portal that the app starts and lists a function with a blob trigger.");
            }

            Log.Info($"waiting for the blob webhook of {app}: {reason}");
            await Task.Delay(Pause, clock);
        }
    }
}
