namespace Serverless.Datasets;

/// <summary>A stored file on its way to records: hashed, unpacked where it is gzip whatever its name, and split.</summary>
internal sealed class DroppedFile : IDisposable
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

    public static async Task<DroppedFile> OpenAsync(Stream content, CancellationToken cancellationToken)
    {
        var stored = new HashingStream(content);
        var start = await stored.PeekAsync(2, cancellationToken);
        return new DroppedFile(stored, GzipText.IsGzip(start.Span) ? new GzipText(stored) : stored);
    }

    /// <summary>SHA-256 of the stored bytes, lower-case hex, once all has been read.</summary>
    public Task<string> HashToEndAsync(CancellationToken cancellationToken) => _stored.HashToEndAsync(cancellationToken);

    public void Dispose()
    {
        Csv.Dispose();
        _text.Dispose();
        _stored.Dispose();
    }
}
