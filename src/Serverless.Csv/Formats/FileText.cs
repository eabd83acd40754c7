using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>
/// A stored file as the UTF-8 text of a CSV file. Its kind is known by its first bytes, never by its name.
/// </summary>
/// <param name="IsAsStored">Whether the text has the file's own bytes, so that it can be continued at an offset.</param>
internal sealed record FileText(Stream Text, bool IsAsStored)
{
    /// <summary>Enough to know a kind by.</summary>
    private const int StartBytes = 4096;

    public static async Task<FileText> OpenAsync(HashingStream stored, CancellationToken cancellationToken)
    {
        var packed = new PeekStream(stored);
        var start = await packed.PeekAsync(StartBytes, cancellationToken);
        var text = packed;
        var isAsStored = true;
        if (GzipText.IsGzip(start.Span))
        {
            text = new PeekStream(new GzipText(stored, packed));
            start = await text.PeekAsync(StartBytes, cancellationToken);
            isAsStored = false;
        }

        return Utf16Text.IsUtf16(start.Span, out var isBigEndian)
            ? new FileText(new Utf16Text(text, isBigEndian), IsAsStored: false)
            : new FileText(text, isAsStored);
    }
}
