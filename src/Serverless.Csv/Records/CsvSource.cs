using Serverless.Csv.Formats;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

/// <summary>A stored file as CSV records: hashed, unpacked if it is gzip (whatever its name), and tokenized.</summary>
public sealed class CsvSource : IAsyncDisposable
{
    private readonly HashingStream _stored;
    private readonly FileText _text;

    private CsvSource(HashingStream stored, FileText text, CsvTokenizer csv)
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
        var text = await FileText.OpenAsync(stored, cancellationToken);
        return new CsvSource(stored, text, new CsvTokenizer(text.Text));
    }

    /// <summary>
    /// Reopens this file to continue in its middle, without hashing. What is not text as it is stored is converted from
    /// the start again.
    /// </summary>
    /// <param name="content">The same file from its start, seekable.</param>
    /// <param name="next">The <see cref="CsvTokenizer.Next"/> to continue at.</param>
    public async Task<CsvSource> ResumeAsync(
        Stream content, CsvPosition next, CancellationToken cancellationToken)
    {
        var stored = new HashingStream(content, hashes: false);
        FileText text;
        if (_text.IsAsStored)
        {
            content.Position = next.Offset;
            text = _text with { Text = stored };
        }
        else
        {
            text = await FileText.OpenAsync(stored, cancellationToken);
            await SkipAsync(text.Text, next.Offset, cancellationToken);
        }

        return new CsvSource(stored, text, CsvTokenizer.Resume(text.Text, Csv.Delimiter, next));
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
        _text.Text.Dispose();
        _stored.Dispose();
    }

    private static async Task SkipAsync(Stream text, long count, CancellationToken cancellationToken)
    {
        var over = new byte[64 * 1024];
        for (var left = count; left > 0;)
        {
            var read = await text.ReadAsync(over.AsMemory(0, (int)Math.Min(over.Length, left)), cancellationToken);
            if (read == 0) break;
            left -= read;
        }
    }
}
