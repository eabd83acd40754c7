using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

/// <summary>A stored file as CSV records: hashed, unpacked if it is gzip (whatever its name), and tokenized.</summary>
public sealed class CsvSource : IAsyncDisposable
{
    private readonly HashingStream _stored;
    private readonly Stream _text;

    private CsvSource(HashingStream stored, Stream text, CsvTokenizer csv)
    {
        _stored = stored;
        _text = text;
        Csv = csv;
    }

    public CsvTokenizer Csv { get; }

    /// <param name="hashes">False to skip hashing, if the hash is known or not needed.</param>
    public static async Task<CsvSource> OpenAsync(
        Stream content, CancellationToken cancellationToken, bool hashes = true)
    {
        var stored = new HashingStream(content, hashes);
        var start = await stored.PeekAsync(2, cancellationToken);
        Stream text = GzipText.IsGzip(start.Span) ? new GzipText(stored) : stored;
        return new CsvSource(stored, text, new CsvTokenizer(text));
    }

    /// <summary>
    /// Reopens this file to continue in its middle, without hashing. Gzip is decompressed from the start again.
    /// </summary>
    /// <param name="content">The same file from its start, seekable.</param>
    /// <param name="next">The <see cref="CsvTokenizer.Next"/> to continue at.</param>
    public async Task<CsvSource> ResumeAsync(
        Stream content, (long Offset, long Line) next, CancellationToken cancellationToken)
    {
        var stored = new HashingStream(content, hashes: false);
        Stream text = stored;
        if (_text is GzipText)
        {
            text = new GzipText(stored);
            var over = new byte[64 * 1024];
            for (var left = next.Offset; left > 0;)
            {
                var read = await text.ReadAsync(over.AsMemory(0, (int)Math.Min(over.Length, left)), cancellationToken);
                if (read == 0) break;
                left -= read;
            }
        }
        else
        {
            content.Position = next.Offset;
        }

        return new CsvSource(stored, text, CsvTokenizer.Resume(text, Csv.Delimiter, next));
    }

    /// <summary>
    /// Reads to the end. Returns the SHA-256 of the stored bytes in lower-case hex; empty if opened without hashing.
    /// </summary>
    public async Task<string> HashToEndAsync(CancellationToken cancellationToken)
    {
        await Csv.StopReadingAsync();
        return await _stored.HashToEndAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Csv.StopReadingAsync();
        Csv.Dispose();
        _text.Dispose();
        _stored.Dispose();
    }
}
