using System.Buffers.Text;
using System.Text;

namespace Serverless.Core.Serving;

/// <summary>Ids of predictions whose rows bring none: unique across instances and restarts, without a shared counter.</summary>
internal sealed class PredictionIds(string instance)
{
    private readonly byte[] _start = Encoding.UTF8.GetBytes($"\"{instance}-");
    private long _last;

    /// <summary>Enough for any id with its quotes.</summary>
    public int MaximumBytes => _start.Length + 21;

    /// <returns>The number of the first of <paramref name="count"/> ids in a row.</returns>
    public long Take(int count) => Interlocked.Add(ref _last, count) - count + 1;

    public string Text(long number) => $"{instance}-{number}";

    /// <returns>The id as JSON, with its quotes.</returns>
    public ReadOnlySpan<byte> Write(long number, Span<byte> destination)
    {
        _start.CopyTo(destination);
        Utf8Formatter.TryFormat(number, destination[_start.Length..], out var digits);
        destination[_start.Length + digits] = (byte)'"';
        return destination[..(_start.Length + digits + 1)];
    }
}
