using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>
/// Scores a copy of the champion's traffic with the challenger, in the background. Rows wait in a bounded queue; rows
/// beyond it are dropped and counted.
/// </summary>
internal sealed class ShadowScoring : IAsyncDisposable
{
    /// <summary>Max rows in the queue, give or take one per thread; 4 MB with the longest ones.</summary>
    private const int Capacity = 1024;
    private const int MaxRowBytes = 4 << 10;

    // Uses 1/200 of one core, in few slices: each slice may delay all requests in progress, on a busy server as many as
    // there are connections, and these must stay far below one in a hundred. Traffic beyond that is sampled, so that
    // the champion's latency is unaffected.
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<ShadowRow> _rows = Channel.CreateUnbounded<ShadowRow>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly ServedModel _champion;
    private readonly ServedModel? _challenger;
    private readonly string? _loadError;
    private readonly RolloutRecorder _recorder;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _scoring;
    private int _waiting;

    public ShadowScoring(
        ServedModel champion,
        ServedModel? challenger,
        string? loadError,
        RolloutRecorder recorder,
        TimeProvider clock,
        ILogger logger)
    {
        (_champion, _challenger, _loadError) = (champion, challenger, loadError);
        (_recorder, _clock, _logger) = (recorder, clock, logger);
        _scoring = Task.Run(ScoreAllAsync);
    }

    /// <summary>Queues a copy of a row answered by the champion, if there is room.</summary>
    public void Offer(in AnsweredRow row)
    {
        // Checked first, without the channel's lock, so that a full queue costs next to nothing.
        if (Volatile.Read(ref _waiting) >= Capacity || row.Source is not { Length: <= MaxRowBytes } source)
        {
            _recorder.Dropped();
            return;
        }

        Interlocked.Increment(ref _waiting);
        _rows.Writer.TryWrite(new ShadowRow(row.Id, source.ToArray(), row.Outputs.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        _rows.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _scoring;
        _stopping.Dispose();
    }

    private async Task ScoreAllAsync()
    {
        try
        {
            while (await _rows.Reader.WaitToReadAsync(_stopping.Token))
            {
                var started = _clock.GetTimestamp();
                while (_rows.Reader.TryRead(out var row))
                {
                    Interlocked.Decrement(ref _waiting);
                    Score(row);
                    if (_clock.GetElapsedTime(started) >= Slice) break;
                }

                await Task.Delay(Pause, _clock, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The step or the process ended: discard the queue.
        }
#pragma warning disable CA1031 // an edge: only disposal awaits this task
        catch (Exception e)
#pragma warning restore CA1031
        {
            ServingLog.ShadowFailed(_logger, _champion.Name, e);
        }
    }

    private void Score(ShadowRow row)
    {
        if (_challenger is null)
        {
            _recorder.Failed(RolloutSide.Challenger, _loadError!);
            return;
        }

        try
        {
            var outputs = new double[_challenger.Model.Scorer.OutputCount];
            var started = _clock.GetTimestamp();
            if (_challenger.ScoreRow(row.Json, outputs) is { } error)
            {
                _recorder.Failed(RolloutSide.Challenger, $"It rejects a row that the champion answers: {error}");
                return;
            }

            var elapsed = _clock.GetElapsedTime(started);
            // Counts the request last, since a flush checks that counter.
            _recorder.Shadowed(row.Id, _champion.Signature, row.Outputs, _challenger.Signature, outputs);
            _recorder.Answered(RolloutSide.Challenger, _challenger.Signature, 1, elapsed);
        }
#pragma warning disable CA1031 // any exception of a challenger counts as its failure
        catch (Exception e)
#pragma warning restore CA1031
        {
            _recorder.Failed(RolloutSide.Challenger, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private sealed record ShadowRow(string Id, byte[] Json, double[] Outputs);
}
