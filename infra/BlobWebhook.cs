using Pulumi;
using Pulumi.AzureNative.Web;

namespace Serverless.Infra;

/// <summary>The address at which the host's blob extension takes events.</summary>
internal static class BlobWebhook
{
    /// <summary>The host makes this system key when it first starts with a blob trigger among its functions.</summary>
    public const string KeyName = "blobs_extension";

    private const int Attempts = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The address with its key, which is a secret: Pulumi encrypts it in the state and hides it in its output. Event
    /// Grid asks it for a handshake while a subscription is made.
    /// </summary>
    /// <param name="function">
    /// A function of the app with a blob trigger: an event for any other ends the host's process. The host knows it by
    /// its name with <c>Host.Functions.</c> before it.
    /// </param>
    /// <param name="deployed">
    /// Known once the app's code is in place; unknown in the preview of a first deployment.
    /// </param>
    public static Output<string> Url(
        Input<string> group, FunctionApp app, string function, Output<string> deployed, TimeProvider clock)
    {
        var key = Output.Tuple(group.ToOutput(), app.Name, deployed).Apply(v => KeyAsync(v.Item1, v.Item2, clock));
        return Output.CreateSecret(
            Output.Format($"{app.Endpoint}/runtime/webhooks/blobs?functionName=Host.Functions.{function}&code={key}"));
    }

    /// <summary>
    /// Asking for the keys starts the host; its answer is an error, or lacks the key, until it has started.
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
                reason = "the host knows no such key yet";
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The SDK's type for a failed invoke is private to it.
                reason = e.Message;
            }

            if (attempt == Attempts)
            {
                throw new TimeoutException(
                    $"No key '{KeyName}' of {app} after {Attempts * Pause.TotalMinutes} minutes ({reason}). "
                    + "Does the app start, and has it a blob trigger?");
            }

            Log.Info($"waiting for the blob webhook of {app}: {reason}");
            await Task.Delay(Pause, clock);
        }
    }
}
