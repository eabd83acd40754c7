using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Batch;

/// <summary>
/// Writes predictions as CSV: <c>row</c>, the id if the file has one, <c>prediction</c>, <c>probability_{class}</c> for
/// each class, <c>version</c>, <c>error</c>. Formats numbers as the predict route does. Compressed output is a sequence
/// of gzip members (RFC 1952), so threads compress independently and parts are joined without decompression.
/// </summary>
internal sealed class BatchRowWriter(Scorer scorer, Signature signature, int version, bool hasId, bool packs)
{
    private readonly byte[][] _labels =
    [
        .. signature.Classes.Select(c => (byte[])[.. Quote(Encoding.UTF8.GetBytes(c)), (byte)','])
    ];
    private readonly byte[] _end = Encoding.UTF8.GetBytes($"{version},");
    private readonly int _maxRowBytes =
        signature.Classes.Select(c => (2 * Encoding.UTF8.GetByteCount(c)) + 3).DefaultIfEmpty(0).Max()
        + ((4 + signature.Classes.Count) * (ShortestDoubleFormatter.MaxLength + 1));

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _ofThread;

    public byte[] Header()
    {
        var columns = new List<string> { "row" };
        if (hasId) columns.Add(signature.Id!);
        columns.Add("prediction");
        columns.AddRange(signature.Classes.Select(c => $"probability_{c}"));
        columns.AddRange(["version", "error"]);
        var text = columns.SelectMany((c, i) =>
            (byte[])[.. i == 0 ? ""u8 : ","u8, .. Quote(Encoding.UTF8.GetBytes(c))]).Append((byte)'\n').ToArray();
        using var header = new MemoryStream();
        Store(text, header);
        return header.ToArray();
    }

    /// <summary>Scores a chunk's rows and writes them. Thread-safe.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(BatchChunk chunk)
    {
        var outputs = chunk.Outputs.AsSpan(0, chunk.Count * scorer.OutputCount);
        scorer.ScoreMany(chunk.Slots.AsSpan(0, chunk.Count * signature.Slots.Count), outputs);
        var text = _ofThread ??= new ArrayBufferWriter<byte>();
        text.ResetWrittenCount();
        var error = 0;
        for (var row = 0; row < chunk.Count; row++)
        {
            var number = chunk.FirstRow + row;
            var ofRow = outputs.Slice(row * scorer.OutputCount, scorer.OutputCount);
            if (error < chunk.Errors.Count
                && chunk.Errors[error].Row == row) WriteBad(text, number, chunk.Id(row), chunk.Errors[error++].What);
            else WriteRow(text, number, chunk.Id(row), ofRow);
        }

        Store(text.WrittenSpan, chunk.Text);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteRow(
        ArrayBufferWriter<byte> text, long number, ReadOnlySpan<byte> id, ReadOnlySpan<double> outputs)
    {
        if (hasId) id = Quote(id);
        var room = text.GetSpan(_maxRowBytes + id.Length);
        var at = Begin(room, number, id);
        if (_labels.Length == 0) Write(room, outputs[0], ref at);
        else Copy(_labels[PredictedClass.Of(signature.Task, outputs)], room, ref at);
        for (var c = 0; c < _labels.Length; c++)
        {
            Write(room, PredictedClass.Probability(signature.Task, outputs, c), ref at);
        }

        Copy(_end, room, ref at);
        room[at++] = (byte)'\n';
        text.Advance(at);
    }

    /// <summary>Writes the reason instead of a prediction and its probabilities.</summary>
    private void WriteBad(ArrayBufferWriter<byte> text, long number, ReadOnlySpan<byte> id, Anomaly what)
    {
        if (hasId) id = Quote(id);
        var reason = Quote(Encoding.UTF8.GetBytes(what.ToString()));
        var room = text.GetSpan(_maxRowBytes + id.Length + reason.Length);
        var at = Begin(room, number, id);
        for (var i = 0; i <= signature.Classes.Count; i++) room[at++] = (byte)',';
        Copy(_end, room, ref at);
        Copy(reason, room, ref at);
        room[at++] = (byte)'\n';
        text.Advance(at);
    }

    private int Begin(Span<byte> room, long number, ReadOnlySpan<byte> id)
    {
        Utf8Formatter.TryFormat(number, room, out var at);
        room[at++] = (byte)',';
        if (!hasId) return at;
        Copy(id, room, ref at);
        room[at++] = (byte)',';
        return at;
    }

    private static void Copy(ReadOnlySpan<byte> from, Span<byte> to, ref int at)
    {
        from.CopyTo(to[at..]);
        at += from.Length;
    }

    /// <exception cref="InvalidOperationException">The number is not finite.</exception>
    private static void Write(Span<byte> to, double value, ref int at)
    {
        if (!double.IsFinite(value))
        {
            throw new InvalidOperationException($"The model returned {value}; expected a finite number.");
        }

        at += ShortestDoubleFormatter.Write(to[at..], value);
        to[at++] = (byte)',';
    }

    /// <summary>Quotes a field if RFC 4180 requires it.</summary>
    private static ReadOnlySpan<byte> Quote(ReadOnlySpan<byte> field)
    {
        var isPlain = field.IndexOfAny(",\"\r\n"u8) < 0 && (field.IsEmpty || (field[0] != ' ' && field[^1] != ' '));
        return isPlain
            ? field
            : Encoding.UTF8.GetBytes(
                $"\"{Encoding.UTF8.GetString(field).Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    private void Store(ReadOnlySpan<byte> text, MemoryStream to)
    {
        if (!packs)
        {
            to.Write(text);
            return;
        }

        using var gzip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        gzip.Write(text);
    }
}
