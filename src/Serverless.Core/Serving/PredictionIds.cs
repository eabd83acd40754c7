using System.Buffers.Text;
using System.Text;

namespace Serverless.Core.Serving;

/// <summary>
/// Ids of predictions whose rows bring none: unique across instances and restarts, without a shared counter.
/// </summary>
internal sealed class PredictionIds(string instance)
{
    private readonly byte[] _start = Encoding.UTF8.GetBytes($"\"{instance}-");
    private long _last;

    /// <summary>Enough for any id with its quotes.</summary>
    public int MaxBytes => _start.Length + 21;

    /// <returns>The number of the first of <paramref name="count"/> ids in a row.</returns>
    public long Take(int count) => Interlocked.Add(ref _last, count) - count + 1;

    public string Text(long number) => $"{instance}-{number}";

    /// <summary>Writes the id as JSON, with its quotes.</summary>
    /// <returns>How many bytes it took.</returns>
    public int Write(long number, Span<byte> destination)
    {
        _start.CopyTo(destination);
        Utf8Formatter.TryFormat(number, destination[_start.Length..], out var digits);
        destination[_start.Length + digits] = (byte)'"';
        return _start.Length + digits + 1;
    }
}
