using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Serverless.Functions.Tests.Hosting.Rpc;
using Content = Serverless.Functions.Tests.Hosting.Rpc.StreamingMessage.ContentOneofCase;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>Messages to one worker and from it. Answers find their questions as in the official host.</summary>
internal sealed class WorkerChannel
{
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _awaited = new();
    private readonly ConcurrentQueue<string> _log = new();
    private volatile bool _closed;

    /// <summary>What the worker logged through the host, from warnings up; Information and below is left out.</summary>
    public IEnumerable<string> Log => _log;

    public async Task<WorkerInitResponse> InitAsync(WorkerInitRequest request)
    {
        var question = new StreamingMessage { WorkerInitRequest = request };
        return (await AskAsync(question, $"{Content.WorkerInitResponse}")).WorkerInitResponse;
    }

    public async Task<FunctionMetadataResponse> MetadataAsync(FunctionsMetadataRequest request)
    {
        var question = new StreamingMessage { FunctionsMetadataRequest = request };
        return (await AskAsync(question, $"{Content.FunctionMetadataResponse}")).FunctionMetadataResponse;
    }

    public async Task<FunctionLoadResponse> LoadAsync(FunctionLoadRequest request)
    {
        var question = new StreamingMessage { FunctionLoadRequest = request };
        return (await AskAsync(question, request.FunctionId)).FunctionLoadResponse;
    }

    /// <param name="cancellationToken">Asks the worker to cancel; what it answers then is still waited for.</param>
    /// <exception cref="WorkerGoneException">The worker went before it answered.</exception>
    public async Task<InvocationResponse> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var answer = AskAsync(new StreamingMessage { InvocationRequest = request }, request.InvocationId);
        await using var registration = cancellationToken.Register(() => Send(
            new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } }));
        return (await answer).InvocationResponse;
    }

    public void Terminate() => Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    /// <summary>Passes messages on until the worker is gone.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<StreamingMessage> incoming,
        IServerStreamWriter<StreamingMessage> outgoing,
        CancellationToken cancellationToken)
    {
        var writing = WriteAsync(outgoing, cancellationToken);
        try
        {
            await foreach (var message in incoming.ReadAllAsync(cancellationToken)) Take(message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // A worker that was killed, or a host that stops, ends the stream in one of these ways.
        }

        _closed = true;
        _outgoing.Writer.TryComplete();
        foreach (var key in _awaited.Keys) Fail(key);
        await writing;
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await outgoing.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // As above; who waits for an answer is told by RunAsync.
        }
    }

    private async Task<StreamingMessage> AskAsync(StreamingMessage question, string answerKey)
    {
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_awaited.TryAdd(answerKey, answer))
        {
            throw new InvalidOperationException($"An answer '{answerKey}' is awaited already.");
        }

        Send(question);
        if (_closed) Fail(answerKey);
        return await answer.Task;
    }

    private void Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    private void Take(StreamingMessage message)
    {
        if (message.ContentCase == Content.RpcLog)
        {
            var log = message.RpcLog;
            if (log.Level < RpcLog.Types.Level.Warning) return;
            _log.Enqueue($"{log.Level} {log.Category}: {log.Message} {log.Exception?.Message}");
            return;
        }

        var key = message.ContentCase switch
        {
            Content.InvocationResponse => message.InvocationResponse.InvocationId,
            Content.FunctionLoadResponse => message.FunctionLoadResponse.FunctionId,
            var other => $"{other}",
        };
        if (_awaited.TryRemove(key, out var awaited)) awaited.SetResult(message);
    }

    private void Fail(string key)
    {
        if (_awaited.TryRemove(key, out var awaited)) awaited.SetException(new WorkerGoneException());
    }
}

/// <summary>The worker's process ended, or closed its stream, before it answered.</summary>
internal sealed class WorkerGoneException() : Exception("The worker went before it answered.");
