using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>
/// A stored file as the UTF-8 text of a CSV file. Its kind is known by its first bytes, never by its name.
/// </summary>
/// <param name="IsAsStored">Whether the text is the file's own bytes, so that it can be continued at an offset.</param>
internal sealed record FileText(Stream Text, bool IsAsStored, TextForm Form)
{
    /// <summary>Enough to know a kind by.</summary>
    private const int StartBytes = 64 * 1024;

    /// <param name="sheet">The sheet of a workbook to read; null for the first.</param>
    /// <param name="notes">Receives what is assumed or left out.</param>
    public static Task<FileText> OpenAsync(
        HashingStream stored, string? sheet, NoteLog notes, CancellationToken cancellationToken) =>
        OpenAsync(stored, sheet, notes, isPacked: false, cancellationToken);

    private static async Task<FileText> OpenAsync(
        HashingStream stored, string? sheet, NoteLog notes, bool isPacked, CancellationToken cancellationToken)
    {
        var packed = new PeekStream(stored);
        var start = await packed.PeekAsync(StartBytes, cancellationToken);
        var text = packed;
        var isAsStored = !isPacked;
        if (GzipText.IsGzip(start.Span))
        {
            text = new PeekStream(new GzipText(stored, packed));
            start = await text.PeekAsync(StartBytes, cancellationToken);
            isAsStored = false;
        }

        try
        {
            if (PackagedFormats.IsParquet(start.Span))
            {
                NoteNoSheets();
                var copy = await CopyAsync(text, PackagedFormats.MaxParquetBytes, "a Parquet file");
                return PackagedFormats.OfParquet(copy, notes);
            }

            if (PackagedFormats.IsCompound(start.Span))
            {
                var copy = await CopyAsync(text, PackagedFormats.MaxWorkbookBytes, "a workbook");
                return PackagedFormats.OfWorkbook(copy, sheet, notes);
            }

            if (ZipContent.IsZip(start.Span))
            {
                var copy = await CopyAsync(text, ZipContent.MaxBytes, "a .zip file");
                return await OfZipAsync(copy, sheet, notes, isPacked, cancellationToken);
            }
        }
        catch (UnreadableTextException e)
        {
            return new FileText(new UnreadableText(e), IsAsStored: false, TextForm.Plain);
        }

        if (Utf16Text.IsUtf16(start.Span, out var isBigEndian))
        {
            text = new PeekStream(new Utf16Text(text, isBigEndian));
            start = await text.PeekAsync(StartBytes, cancellationToken);
            isAsStored = false;
        }

        if (MarkupText.Find(start.Span) is { } markup)
        {
            return new FileText(new UnreadableText(markup), IsAsStored: false, TextForm.Plain);
        }

        NoteNoSheets();
        return JsonText.IsJson(start.Span, out var isLines)
            ? new FileText(new JsonText(text, isLines, notes), IsAsStored: false, TextForm.Table)
            : new FileText(text, isAsStored, TextForm.Plain);

        void NoteNoSheets()
        {
            if (sheet is null) return;
            notes.Add(new CsvNote(
                CsvNote.NoSheets, null, $"a workbook, as the sheet {FieldText.Show(sheet)} in model.json is for",
                "a file without sheets"));
        }

        async Task<FileStream> CopyAsync(Stream content, long maxBytes, string what)
        {
            try
            {
                return await TemporaryCopy.OfAsync(content, maxBytes, what, cancellationToken);
            }
            finally
            {
                if (isPacked) stored.Dispose(); // what is in a .zip is read; the file itself is hashed to its end
            }
        }
    }

    private static async Task<FileText> OfZipAsync(
        Stream copy, string? sheet, NoteLog notes, bool isPacked, CancellationToken cancellationToken)
    {
        try
        {
            var archive = ZipContent.Open(copy);
            if (PackagedFormats.IsWorkbook(archive))
            {
                PackagedFormats.CheckSize(archive);
                archive.Dispose();
                copy.Position = 0;
                return PackagedFormats.OfWorkbook(copy, sheet, notes);
            }

            var entry = ZipContent.Only(archive);
            if (isPacked)
            {
                throw new UnreadableTextException(new CsvDamage(
                    CsvDamage.ZipContent, "a table in the .zip", $"{entry.FullName}, another .zip"));
            }

            var content = new HashingStream(new ZipText(copy, archive, entry), hashes: false, owns: true);
            return await OpenAsync(content, sheet, notes, isPacked: true, cancellationToken);
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file whose damage was found before its first text.</summary>
    private sealed class UnreadableText(UnreadableTextException damage) : ForwardStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(damage);
    }
}
