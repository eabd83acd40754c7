using System.Buffers;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Batch;

/// <summary>
/// Reads on one thread, scores and writes on the others, and joins the chunks in order. Memory holds a few chunks and
/// two parts, whatever the file's size.
/// </summary>
internal sealed class BatchPipeline(
    BatchParts parts, BatchRowWriter writer, LoadedModel model, TimeProvider clock, CancellationToken deadline)
{
    /// <summary>A crash loses up to one part of work, and each part costs one durable write.</summary>
    public const int PartBytes = 8 << 20;

    private readonly Queue<(BatchChunk Chunk, Task Written)> _pending = new();
    private readonly Stack<BatchChunk> _free = new();
    private readonly long _started = clock.GetTimestamp();
    private ArrayBufferWriter<byte> _part = new();
    private ArrayBufferWriter<byte> _other = new();
    private Task _storing = Task.CompletedTask;

    /// <summary>The checkpoint after the chunks so far, before their unfinished part is stored.</summary>
    private BatchCheckpoint _reached = null!;
    private BatchCheckpoint _stored = null!;

    /// <summary>Output after the last whole part.</summary>
    public ReadOnlyMemory<byte> Rest => _part.WrittenMemory;

    /// <summary>Whether the deadline came first; output not yet stored is lost.</summary>
    public bool IsCutOff { get; private set; }

    /// <param name="from">The reader's position.</param>
    /// <returns>The checkpoint reached: the end, with <see cref="Rest"/> after its parts, unless cut off.</returns>
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
                    : new BatchChunk(new RowEncoder(model.Signature).EmptyRow, model.Scorer.OutputCount);
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
            // Wait for every writer: chunks and the store must not be written to after this method returns.
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
