using System.Buffers;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Batch;

/// <summary>
/// Reads on one thread, scores and writes on the others, and puts the chunks together in their order. What is in memory
/// at once is some chunks and two parts, whatever the file's size.
/// </summary>
internal sealed class BatchPipeline(
    BatchParts parts, BatchRowWriter writer, LoadedModel model, TimeProvider clock, CancellationToken deadline)
{
    /// <summary>
    /// A crash costs as much work as makes a part, and each part costs a write that must reach the disk.
    /// </summary>
    public const int PartBytes = 8 << 20;

    private readonly Queue<(BatchChunk Chunk, Task Written)> _pending = new();
    private readonly Stack<BatchChunk> _free = new();
    private readonly long _started = clock.GetTimestamp();
    private ArrayBufferWriter<byte> _part = new();
    private ArrayBufferWriter<byte> _other = new();
    private Task _storing = Task.CompletedTask;

    /// <summary>What the chunks so far come to, if the part that they end in is not stored yet.</summary>
    private BatchCheckpoint _reached = null!;
    private BatchCheckpoint _stored = null!;

    /// <summary>The output after the last whole part.</summary>
    public ReadOnlyMemory<byte> Rest => _part.WrittenMemory;

    /// <summary>The deadline came first; what was not stored is lost.</summary>
    public bool IsCutOff { get; private set; }

    /// <param name="from">Where the reader stands.</param>
    /// <returns>How far it came: to the end, with <see cref="Rest"/> after its parts, unless it was cut off.</returns>
    public async Task<BatchCheckpoint> RunAsync(
        BatchRowReader reader, BatchCheckpoint from, CancellationToken cancellationToken)
    {
        (_stored, _reached) = (from, from);
        if (from.Parts == 0) _part.Write(writer.Header());
        var depth = Environment.ProcessorCount + 2;
        var row = from.Rows + 1;
        try
        {
            while (!IsCutOff)
            {
                var chunk = _free.TryPop(out var free)
                    ? free
                    : new BatchChunk(model.Signature.Slots.Count, model.Scorer.OutputCount);
                chunk.Clear(row);
                await reader.FillAsync(chunk, cancellationToken);
                if (chunk.Count == 0) break;
                row += chunk.Count;
                _pending.Enqueue((chunk, Task.Run(() => writer.Write(chunk), cancellationToken)));
                while (!IsCutOff
                    && _pending.TryPeek(out var first)
                    && (first.Written.IsCompleted || _pending.Count == depth)) await TakeAsync(cancellationToken);
            }

            while (!IsCutOff && _pending.Count > 0) await TakeAsync(cancellationToken);
            await _storing;
        }
        finally
        {
            // Nothing may write to a chunk, or to the store, after this has ended.
            await Task.WhenAll(_pending.Select(p => p.Written).Append(_storing)).ContinueWith(
                static _ => { },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return IsCutOff ? _stored : _reached with { Seconds = from.Seconds };
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var (chunk, written) = _pending.Peek();
        await written;
        _pending.Dequeue();
        _part.Write(chunk.Text.GetBuffer().AsSpan(0, (int)chunk.Text.Length));
        _reached = _reached.Add(chunk);
        _free.Push(chunk);
        if (_part.WrittenCount < PartBytes) return;

        await _storing;
        var (full, before) = (_part, _reached);
        var after = before with
        {
            Parts = before.Parts + 1,
            Seconds = before.Seconds + clock.GetElapsedTime(_started).TotalSeconds
        };
        (_part, _other) = (_other, _part);
        _part.ResetWrittenCount();
        _reached = before with { Parts = after.Parts };
        _storing = StoreAsync();
        if (!deadline.IsCancellationRequested) return;
        await _storing;
        IsCutOff = true;

        async Task StoreAsync()
        {
            await parts.WriteAsync(before, full.WrittenMemory, cancellationToken);
            await parts.SaveAsync(after, cancellationToken);
            _stored = after;
        }
    }
}
