using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Tests.Hosting.Rpc;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>The host's side of the protocol: a gRPC service on a loopback port, in HTTP/2 without TLS.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<WorkerChannel>> _workers = new();

    private RpcServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(this);
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        _server = builder.Build();
        _server.MapGrpcService<Service>();
    }

    public Uri Address => new(_server.Urls.Single());

    public static async Task<RpcServer> StartAsync()
    {
        var server = new RpcServer();
        await server._server.StartAsync();
        return server;
    }

    /// <summary>The channel to a worker that connects, or has connected, under this id.</summary>
    public Task<WorkerChannel> ConnectedAsync(string workerId) => Worker(workerId).Task;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private TaskCompletionSource<WorkerChannel> Worker(string id) => _workers.GetOrAdd(
        id, _ => new TaskCompletionSource<WorkerChannel>(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class Service(RpcServer server) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream,
            IServerStreamWriter<StreamingMessage> responseStream,
            ServerCallContext context)
        {
            if (!await requestStream.MoveNext(context.CancellationToken)
                || requestStream.Current.ContentCase != StreamingMessage.ContentOneofCase.StartStream)
            {
                throw new global::Grpc.Core.RpcException(
                    new Status(StatusCode.InvalidArgument, "Expected StartStream as the first message."));
            }

            var channel = new WorkerChannel();
            server.Worker(requestStream.Current.StartStream.WorkerId).SetResult(channel);
            await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}
