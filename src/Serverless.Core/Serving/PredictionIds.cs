using System.Buffers.Text;
using System.Text;

namespace Serverless.Core.Serving;

/// <summary>
/// Generates ids for rows without one: unique across instances and restarts, without a shared counter.
/// </summary>
internal sealed class PredictionIds(string instance)
{
    private readonly byte[] _start = Encoding.UTF8.GetBytes($"\"{instance}-");
    private long _last;

    /// <summary>Max bytes of an id in quotes.</summary>
    public int MaxBytes => _start.Length + 21;

    /// <returns>The first of <paramref name="count"/> consecutive numbers.</returns>
    public long Take(int count) => Interlocked.Add(ref _last, count) - count + 1;

    public string Text(long number) => $"{instance}-{number}";

    /// <summary>Writes the id as a JSON string.</summary>
    /// <returns>Bytes written.</returns>
    public int Write(long number, Span<byte> destination)
    {
        _start.CopyTo(destination);
        Utf8Formatter.TryFormat(number, destination[_start.Length..], out var digits);
        destination[_start.Length + digits] = (byte)'"';
        return _start.Length + digits + 1;
    }
}
