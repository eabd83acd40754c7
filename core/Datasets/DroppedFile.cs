namespace Serverless.Datasets;

/// <summary>A stored file on its way to records: hashed, unpacked where it is gzip whatever its name, and split.</summary>
internal sealed class DroppedFile : IAsyncDisposable
{
    private readonly HashingStream _stored;
    private readonly Stream _text;

    private DroppedFile(HashingStream stored, Stream text)
    {
        _stored = stored;
        _text = text;
        Csv = new CsvTokenizer(text);
    }

    public CsvTokenizer Csv { get; }

    /// <param name="hashes">False where the content's hash is known, or nobody asks for it: then there is none.</param>
    public static async Task<DroppedFile> OpenAsync(Stream content, CancellationToken cancellationToken, bool hashes = true)
    {
        var stored = new HashingStream(content, hashes);
        var start = await stored.PeekAsync(2, cancellationToken);
        return new DroppedFile(stored, GzipText.IsGzip(start.Span) ? new GzipText(stored) : stored);
    }

    /// <summary>SHA-256 of the stored bytes, lower-case hex, once all has been read; empty where it is not wanted.</summary>
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
