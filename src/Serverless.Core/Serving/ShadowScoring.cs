using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>
/// Scores a copy of the champion's traffic with the challenger, in the background. Rows wait in a bounded queue; what
/// does not fit is dropped and counted, and nothing waits for it.
/// </summary>
internal sealed class ShadowScoring : IAsyncDisposable
{
    /// <summary>Rows that may wait, give or take one for each thread, and the longest of them: 4 MB.</summary>
    private const int Capacity = 1024;
    private const int MaxRowBytes = 4 << 10;

    // One in two hundred of one core's time, in few slices: every request that is under way when one begins may have to
    // wait for it, on a busy server as many as it has connections, and they are to be far fewer than one in a hundred.
    // Where more traffic comes than that can score, a part of it is: to the champion's callers a shadow is not to be
    // felt.
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

    /// <summary>Takes a copy of a row that the champion has answered, where there is room.</summary>
    public void Offer(in AnsweredRow row)
    {
        // Looked at first, and without the channel's lock: a full queue must cost next to nothing.
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
            // Another step, or the end of the process: what still waits is not worth waiting for.
        }
#pragma warning disable CA1031 // an edge: nobody awaits this task but the end of the process
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
                _recorder.Failed(RolloutSide.Challenger, $"It refuses what the champion answers: {error}");
                return;
            }

            var elapsed = _clock.GetElapsedTime(started);
            // The request is counted last, as that is what a flush looks at.
            _recorder.Shadowed(row.Id, _champion.Signature, row.Outputs, _challenger.Signature, outputs);
            _recorder.Answered(RolloutSide.Challenger, _challenger.Signature, 1, elapsed);
        }
#pragma warning disable CA1031 // whatever a challenger throws is what is to be found out here
        catch (Exception e)
#pragma warning restore CA1031
        {
            _recorder.Failed(RolloutSide.Challenger, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private sealed record ShadowRow(string Id, byte[] Json, double[] Outputs);
}
