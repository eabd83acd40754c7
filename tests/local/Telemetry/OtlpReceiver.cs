using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Tests.Telemetry;

/// <summary>A collector on a free port that keeps what is sent to it over OTLP, HTTP and protobuf.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Protobuf> _traces = new();
    private readonly ConcurrentQueue<Protobuf> _metrics = new();
    private readonly ConcurrentQueue<Protobuf> _logs = new();

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", request => KeepAsync(request, _traces));
        app.MapPost("/v1/metrics", request => KeepAsync(request, _metrics));
        app.MapPost("/v1/logs", request => KeepAsync(request, _logs));
    }

    /// <summary>Settings of a process that is to send here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    // Numbers of fields by opentelemetry-proto: resource_… = 1, scope_… = 2, then the items = 2.
    public IReadOnlyList<Span> Spans => [.. Items(_traces).Select(i => new Span(i.Scope, i.Item))];

    /// <summary>Names of the metrics that came, each once.</summary>
    public IReadOnlySet<string> Metrics => Items(_metrics).Select(i => i.Item.Find(1)!.Text).ToHashSet();

    /// <summary>Bodies of the log records.</summary>
    public IReadOnlyList<string> Logs => [.. Items(_logs).Select(i => i.Item.Find(5)?.Find(1)?.Text ?? "")];

    /// <summary>All attributes of the senders, as <c>name=value</c>.</summary>
    public IReadOnlySet<string> Resources => _traces.SelectMany(r => r.All(1)).SelectMany(r => r.All(1)).SelectMany(
        r => r.All(1))
        .Select(a => $"{a.Find(1)!.Text}={a.Find(2)!.Find(1)?.Text}").ToHashSet();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task KeepAsync(HttpContext context, ConcurrentQueue<Protobuf> kept)
    {
        Assert.Equal("application/x-protobuf", context.Request.ContentType);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        kept.Enqueue(new Protobuf(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private static IEnumerable<(string Scope, Protobuf Item)> Items(IEnumerable<Protobuf> requests) =>
        from request in requests
        from resource in request.All(1)
        from scope in resource.All(2)
        from item in scope.All(2)
        select (scope.Find(1)?.Find(1)?.Text ?? "", item);

    /// <param name="Source">The activity source.</param>
    public sealed record Span(string Source, Protobuf Message)
    {
        public string TraceId { get; } = Message.Find(1)!.Hex;

        public string Id { get; } = Message.Find(2)!.Hex;

        /// <summary>Empty: the first of its trace.</summary>
        public string ParentId { get; } = Message.Find(4)?.Hex ?? "";

        public string Name { get; } = Message.Find(5)!.Text;

        /// <summary>Of the attributes that are texts or whole numbers.</summary>
        public IReadOnlyDictionary<string, string> Attributes { get; } = Message.All(9).ToDictionary(
            a => a.Find(1)!.Text, a => a.Find(2)!.Find(1)?.Text ?? $"{a.Find(2)!.Number(3)}");

        public override string ToString() => $"{Source}/{Name} {string.Join(' ', Attributes)}";
    }
}
