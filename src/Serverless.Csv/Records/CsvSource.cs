using Serverless.Csv.Formats;
using Serverless.Csv.Layout;
using Serverless.Csv.Parts;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

/// <summary>
/// A stored file as CSV records: hashed, unpacked and converted by its first bytes, whatever its name, and tokenized.
/// </summary>
public sealed class CsvSource : IAsyncDisposable
{
    /// <summary>Enough to tell the table from what stands before it.</summary>
    private const int StartBytes = 256 * 1024;

    private readonly HashingStream _stored;
    private readonly FileText _text;
    private readonly string? _sheet;

    private CsvSource(HashingStream stored, FileText text, string? sheet, CsvTokenizer csv)
    {
        _sheet = sheet;
        _stored = stored;
        _text = text;
        Csv = csv;
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public CsvTokenizer Csv { get; }

    /// <summary>
    /// The columns of a Parquet file, to be read instead of <see cref="Csv"/>; null for any other file.
    /// </summary>
    public ParquetTable? Table => (_text.Text as ParquetText)?.Table;

    /// <summary>How the source of a part was written, known with the first record; null for any other file.</summary>
    public PartDescription? Part => Table?.Part;

    /// <param name="hashes">False to skip hashing, if the hash is known or not needed.</param>
    /// <param name="sheet">The sheet of a workbook to read; null for the first.</param>
    public static async Task<CsvSource> OpenAsync(
        Stream content, CancellationToken cancellationToken, bool hashes = true, string? sheet = null)
    {
        var stored = new HashingStream(content, hashes);
        var notes = new NoteLog();
        var text = await FileText.OpenAsync(stored, sheet, notes, cancellationToken);
        text = await LayOutAsync(text, notes, cancellationToken);
        return new CsvSource(stored, text, sheet, new CsvTokenizer(text.Text, text.Form, notes));
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
            text = await FileText.OpenAsync(stored, _sheet, new NoteLog(), cancellationToken);
            text = await LayOutAsync(text, new NoteLog(), cancellationToken);
            await SkipAsync(text.Text, next.Offset, cancellationToken);
        }

        return new CsvSource(stored, text, _sheet, Csv.Resume(text.Text, next));
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
        if (Table is { } table) await table.StopAsync();
        Csv.Dispose();
        _text.Text.Dispose();
        _stored.Dispose();
    }

    /// <summary>Finds the table in the text.</summary>
    private static async Task<FileText> LayOutAsync(
        FileText text, NoteLog notes, CancellationToken cancellationToken)
    {
        if (text.Form.HasNames) return text;
        var stream = new PeekStream(text.Text);
        var peeked = await stream.PeekAsync(StartBytes, cancellationToken);
        if (CarriageReturnText.Is(peeked.Span))
        {
            stream = new PeekStream(new CarriageReturnText(stream));
            text = text with { IsAsStored = false };
            peeked = await stream.PeekAsync(StartBytes, cancellationToken);
        }

        var start = peeked.Span.StartsWith(ByteOrderMark) ? peeked.Span[3..] : peeked.Span;
        var layout = CsvLayout.Detect(start, peeked.Length < StartBytes, text.Form.Delimiter);
        foreach (var note in layout.Notes) notes.Add(note);
        var form = text.Form with
        {
            Delimiter = layout.Delimiter,
            Fields = layout.Fields,
            SkippedLines = layout.SkippedLines,
        };
        return layout.FilterFor(notes) is { } filter
            ? new FileText(new FilteredText(stream, filter), IsAsStored: false, form)
            : text with { Text = stream, Form = form };
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
