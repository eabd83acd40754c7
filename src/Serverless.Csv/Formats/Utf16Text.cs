using System.Buffers;
using System.Text;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>UTF-16 text, as Excel's 'Unicode text', SQL Server and PowerShell write it.</summary>
internal sealed class Utf16Text : ConvertedText
{
    private readonly Stream _stored;
    private readonly Decoder _decoder;
    private readonly byte[] _bytes = new byte[64 * 1024];
    private readonly char[] _characters = new char[(64 * 1024 / 2) + 1];
    private long _position;
    private bool _started;

    public Utf16Text(Stream stored, bool isBigEndian)
    {
        _stored = stored;
        _decoder = new UnicodeEncoding(isBigEndian, byteOrderMark: false, throwOnInvalidBytes: true).GetDecoder();
    }

    /// <summary>
    /// Whether a file is UTF-16: by its byte order mark, or because every other byte of its start is zero in at least
    /// four of ten characters and the bytes between never are.
    /// </summary>
    /// <param name="isBigEndian">The byte order, where it is.</param>
    public static bool IsUtf16(ReadOnlySpan<byte> start, out bool isBigEndian)
    {
        isBigEndian = start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (isBigEndian || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return true;
        var zeros = (Even: 0, Odd: 0);
        start = start[..Math.Min(start.Length, 4096)];
        for (var i = 0; i + 1 < start.Length; i += 2)
        {
            if (start[i] == 0) zeros.Even++;
            if (start[i + 1] == 0) zeros.Odd++;
        }

        isBigEndian = zeros.Even > 0;
        return Math.Min(zeros.Even, zeros.Odd) == 0 && 5 * Math.Max(zeros.Even, zeros.Odd) >= start.Length
            && start.Length >= 4;
    }

    protected override async ValueTask<bool> ConvertAsync(
        ArrayBufferWriter<byte> to, CancellationToken cancellationToken)
    {
        var read = await _stored.ReadAsync(_bytes, cancellationToken);
        int count;
        try
        {
            count = _decoder.GetChars(_bytes.AsSpan(0, read), _characters, flush: read == 0);
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.NotText, "text in UTF-16, as it begins",
                $"half a character between the byte offsets {_position} and {_position + read}"));
        }

        _position += read;
        var characters = _characters.AsSpan(0, count);
        if (!_started && count > 0)
        {
            _started = true;
            if (characters[0] == '\uFEFF') characters = characters[1..];
        }

        Encoding.UTF8.GetBytes(characters, to);
        return read > 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stored.Dispose();
        base.Dispose(disposing);
    }
}
