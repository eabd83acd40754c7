using System.Net;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting.Settings;

/// <summary>Settings from the command line, and a few delays that tests shorten.</summary>
public sealed record HostSettings
{
    /// <summary>Environment variable of the key.</summary>
    public const string KeyVariable = "SERVERLESS_FUNCTION_KEY";

    public const int MinKeyLength = 16;

    /// <summary>
    /// Folder of the blob store, created if missing, or whatever else the app can open a store from. May contain a
    /// secret: for display, use the store's location instead.
    /// </summary>
    public required string Store { get; init; }

    /// <summary>0 picks a free port.</summary>
    public int Port { get; init; } = 7071;

    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>Function key; required unless the address is loopback.</summary>
    public string? Key { get; init; }

    /// <summary>Do not load the samples.</summary>
    public bool Empty { get; init; }

    /// <summary>Null reads the host.json beside the program; if there is none, Azure's defaults apply.</summary>
    public string? HostJson { get; init; }

    /// <summary>Time that running functions have after Ctrl-C before they are cancelled.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Show traces and metrics on the console. OTEL_EXPORTER_OTLP_ENDPOINT exports them, independent of this.
    /// </summary>
    public bool Telemetry { get; init; }

    /// <summary>Limit of a request body, in bytes.</summary>
    public long MaxRequestBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>App settings, for <c>%Name%</c>; environment variables take precedence.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; init; } = new Dictionary<string, string?>();

    /// <summary>Time that a blob must stay unchanged before it is processed: copying takes time.</summary>
    public TimeSpan BlobSettle { get; init; } = BlobSettling.Usual;

    /// <summary>Interval of scans of a watched folder, in case an event was missed.</summary>
    public TimeSpan BlobRescan { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Interval of scans of a store that cannot be watched.</summary>
    public TimeSpan BlobPoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Delay before the second attempt at a blob; doubles with each further attempt.</summary>
    public TimeSpan BlobRetry { get; init; } = TimeSpan.FromSeconds(1);

    public bool IsLoopback => IPAddress.IsLoopback(Bind);

    /// <exception cref="HostStartException">A setting is invalid; the message names it and says why.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Store))
        {
            throw new HostStartException("The store is empty: expected a folder or a connection string.");
        }

        if (Port is < 0 or > 65535) throw new HostStartException($"--port must be 0 to 65535, found {Port}.");
        if (Drain < TimeSpan.Zero || Drain > TimeSpan.FromHours(1))
        {
            throw new HostStartException($"--drain must be 0 to 3600 seconds, found {Drain.TotalSeconds:0.###}.");
        }

        if (MaxRequestBytes < 1) throw new HostStartException("MaxRequestBytes must be at least 1.");
        if (Key is { Length: < MinKeyLength })
        {
            throw new HostStartException(
                $"The key must have at least {MinKeyLength} characters, found {Key.Length}.");
        }

        if (!IsLoopback && Key is null)
        {
            throw new HostStartException(
                $"Listening on {Bind}, which other machines can reach, needs a key: pass --key or set {KeyVariable}.");
        }
    }
}
