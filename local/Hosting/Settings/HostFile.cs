using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Hosting.Settings;

/// <summary>
/// The settings of <c>host.json</c> that the embedded host uses, with the defaults of Azure Functions.
/// </summary>
public sealed record HostFile
{
    /// <summary>Prefix of every route.</summary>
    public string RoutePrefix { get; init; } = "api";

    public BlobOptions Blobs { get; init; } = new();

    public QueueOptions Queues { get; init; } = new();

    /// <summary>Time limit of a run; null sets none.</summary>
    public TimeSpan? FunctionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <param name="path">Null reads the file beside the program, if it exists.</param>
    /// <exception cref="HostStartException">
    /// The file is missing, is not JSON, or has an invalid value.
    /// </exception>
    public static HostFile Read(string? path)
    {
        var file = path ?? Path.Combine(AppContext.BaseDirectory, "host.json");
        if (!File.Exists(file))
        {
            return path is null ? new HostFile() : throw new HostStartException($"There is no host.json at {path}.");
        }

        try
        {
            using var json = JsonDocument.Parse(
                File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return Read(new HostFileSection(json.RootElement, ""));
        }
        catch (JsonException e)
        {
            throw new HostStartException(
                $"{file} is not valid JSON, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostStartException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static HostFile Read(HostFileSection root)
    {
        var defaults = new HostFile();
        root.RequireVersion2();
        var extensions = root.Section("extensions");
        return new HostFile
        {
            RoutePrefix = extensions.Section("http").Text("routePrefix", defaults.RoutePrefix).Trim('/'),
            Blobs = BlobOptions.Read(extensions.Section("blobs")),
            Queues = QueueOptions.Read(extensions.Section("queues")),
            FunctionTimeout = root.Timeout("functionTimeout", defaults.FunctionTimeout),
            LogLevel = root.Section("logging").Section("logLevel").Level("default", defaults.LogLevel),
        };
    }
}

/// <summary><c>extensions.blobs</c>.</summary>
public sealed record BlobOptions
{
    /// <summary>Number of blobs that one function processes at the same time.</summary>
    public int MaxDegreeOfParallelism { get; init; } = 8 * Environment.ProcessorCount;

    /// <summary>Failed attempts after which a blob is given up.</summary>
    public int PoisonBlobThreshold { get; init; } = 5;

    internal static BlobOptions Read(HostFileSection section)
    {
        var defaults = new BlobOptions();
        return new BlobOptions
        {
            MaxDegreeOfParallelism = section.Number("maxDegreeOfParallelism", defaults.MaxDegreeOfParallelism, 1, 1000),
            PoisonBlobThreshold = section.Number("poisonBlobThreshold", defaults.PoisonBlobThreshold, 1, 1000),
        };
    }
}

/// <summary><c>extensions.queues</c>.</summary>
public sealed record QueueOptions
{
    /// <summary>Number of messages that one function processes at the same time.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Failed attempts after which a message moves to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>Delay before a failed message is tried again.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    internal static QueueOptions Read(HostFileSection section)
    {
        var defaults = new QueueOptions();
        return new QueueOptions
        {
            BatchSize = section.Number("batchSize", defaults.BatchSize, 1, 32),
            MaxDequeueCount = section.Number("maxDequeueCount", defaults.MaxDequeueCount, 1, 1000),
            VisibilityTimeout = section.Span(
                "visibilityTimeout", defaults.VisibilityTimeout, TimeSpan.Zero, TimeSpan.FromDays(7)),
        };
    }
}
