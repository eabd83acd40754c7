using System.Net;
using Serverless.Core.Storage;

namespace Serverless.Local.Hosting;

/// <summary>What the command line says, with its defaults, and the few delays that tests shorten.</summary>
public sealed record HostSettings
{
    /// <summary>What the environment variable for the key is called.</summary>
    public const string KeyVariable = "SERVERLESS_FUNCTION_KEY";

    public const int MinKeyLength = 16;

    /// <summary>
    /// Folder of the blob store, made where it does not exist, or what else the app makes a store of. May hold a
    /// secret: show the store's own location instead.
    /// </summary>
    public required string Store { get; init; }

    /// <summary>0 picks a free one.</summary>
    public int Port { get; init; } = 7071;

    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>Needed for any address that is not loopback; checked wherever it is set.</summary>
    public string? Key { get; init; }

    /// <summary>Do not load the samples.</summary>
    public bool Empty { get; init; }

    /// <summary>Null: the host.json beside the program, and the defaults of Azure where there is none.</summary>
    public string? HostJson { get; init; }

    /// <summary>How long running functions may go on after Ctrl-C before they are cancelled.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Show traces and metrics on the console. OpenTelemetry's own settings name the receiver.
    /// </summary>
    public bool Telemetry { get; init; }

    /// <summary>Largest request body, in bytes.</summary>
    public long MaxRequestBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>App settings that <c>%Name%</c> refers to; environment variables of the same name win.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; init; } = new Dictionary<string, string?>();

    /// <summary>How long a blob must stay as it is before it is taken: copying writes a file piece by piece.</summary>
    public TimeSpan BlobSettle { get; init; } = BlobSettling.Usual;

    /// <summary>How often the blobs of a folder are listed in case an event was missed.</summary>
    public TimeSpan BlobRescan { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often blobs are listed where the store tells of no changes.</summary>
    public TimeSpan BlobPoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Before the second try of a blob; doubles with each further one.</summary>
    public TimeSpan BlobRetry { get; init; } = TimeSpan.FromSeconds(1);

    public bool IsLoopback => IPAddress.IsLoopback(Bind);

    /// <exception cref="HostStartException">A setting cannot be used; the message says which and why.</exception>
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

        if (MaxRequestBytes < 1) throw new HostStartException("The largest request body must be at least one byte.");
        if (Key is { Length: < MinKeyLength })
        {
            throw new HostStartException(
                $"The key must have at least {MinKeyLength} characters, found {Key.Length}.");
        }

        if (!IsLoopback && Key is null)
        {
            throw new HostStartException(
                $"Listening on {Bind} lets other machines in, and that needs a key: pass --key or set {KeyVariable}.");
        }
    }
}
