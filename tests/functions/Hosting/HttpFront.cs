using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Tests.Hosting.Rpc;
using Yarp.ReverseProxy.Forwarder;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>
/// Serves HTTP functions: routes a request, forwards it to the worker's own server, and invokes the function by gRPC,
/// as the official host does. Only keys are not asked for.
/// </summary>
internal sealed class HttpFront : IAsyncDisposable
{
    private const string InvocationHeader = "x-ms-invocation-id";

    private readonly WebApplication _server;
    private readonly WorkerHost _host;
    private readonly Uri _worker;
    private readonly IHttpForwarder _forwarder;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = ConnectAsync,
    });

    private HttpFront(WorkerHost host, Uri worker)
    {
        (_host, _worker) = (host, worker);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddHttpForwarder();
        _server = builder.Build();
        _forwarder = _server.Services.GetRequiredService<IHttpForwarder>();
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    public static async Task<HttpFront> StartAsync(
        WorkerHost host, IEnumerable<FunctionDescription> functions, Uri worker, string routePrefix)
    {
        var front = new HttpFront(host, worker);
        foreach (var function in functions.Where(f => f.Trigger.Is("httpTrigger")))
        {
            var pattern = RoutePatternFactory.Parse($"{routePrefix}/{TriggerRules.RouteOf(function)}");
            var endpoint = front._server.Map(pattern, context => front.ServeAsync(function, context));
            var methods = function.Trigger.Methods;
            if (methods.Count > 0) endpoint.WithMetadata(new HttpMethodMetadata(methods));
        }

        await front._server.StartAsync();
        front.Client.BaseAddress = new Uri(front._server.Urls.Single());
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task ServeAsync(FunctionDescription function, HttpContext context)
    {
        var id = Guid.NewGuid().ToString();
        context.Request.Headers[InvocationHeader] = id;
        var metadata = TriggerMetadata(context.Request);
        var forwarding = _forwarder.SendAsync(context, _worker.AbsoluteUri, _client, ForwarderRequestConfig.Empty);
        var trigger = new TriggerData(new TypedData { Http = new RpcHttp() }, metadata);
        await _host.InvokeAsync(function, trigger, context.RequestAborted, id);
        await forwarding;
    }

    private static Dictionary<string, TypedData> TriggerMetadata(HttpRequest request)
    {
        var metadata = new Dictionary<string, TypedData>
        {
            ["Query"] = new() { Json = Json(request.Query.ToDictionary(q => q.Key, q => q.Value.ToString())) },
            ["Headers"] = new() { Json = Json(request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())) },
        };
        foreach (var (name, value) in request.RouteValues)
        {
            if (value is not null) metadata[name] = new TypedData { String = value.ToString() };
        }

        return metadata;
    }

    private static string Json(Dictionary<string, string> values) => JsonSerializer.Serialize(values);

    /// <summary>The worker may connect to the host a moment before its own server listens.</summary>
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && attempt < 100)
            {
                socket.Dispose();
                await Task.Delay(50, cancellationToken);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
