using System.Buffers;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>
/// One sheet of a workbook (.xlsx, .xls) as CSV. A row of the sheet is a line, so that messages name the row that
/// people see; empty rows and columns before the table are left out.
/// </summary>
internal sealed class ExcelText : ConvertedText
{
    /// <summary>Max bytes of the texts of an .xlsx, all of which are in memory at once.</summary>
    private const long MaxTextBytes = 512L << 20;

    /// <summary>Rows that are read ahead to find which columns are in use.</summary>
    private const int FirstRows = 500;
    private const int PieceBytes = 256 * 1024;

    private readonly Stream _copy;
    private readonly IExcelDataReader _reader;
    private readonly Queue<string[]> _firstRows = new();
    private int _firstColumn;
    private int _columns;
    private bool _started;

    static ExcelText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="copy">The workbook; owned from here on.</param>
    /// <param name="sheet">The name of the sheet to read; null for the first one that is visible.</param>
    public ExcelText(Stream copy, string? sheet, NoteLog notes)
    {
        _copy = copy;
        _reader = Guarded(() => ExcelReaderFactory.CreateReader(copy));
        Guarded(() => Select(sheet, notes));
    }

    /// <summary>The form of a sheet's text.</summary>
    public static TextForm Form { get; } =
        new(CsvRow.Delimiter, HasNames: false, FirstLine: 1, RecordsAreLines: true);

    /// <exception cref="UnreadableTextException">The texts in an .xlsx do not fit into memory.</exception>
    public static void CheckSize(System.IO.Compression.ZipArchive workbook)
    {
        var texts = workbook.GetEntry("xl/sharedStrings.xml")?.Length ?? 0;
        if (texts <= MaxTextBytes) return;
        throw new UnreadableTextException(new CsvDamage(
            CsvDamage.FileTooLarge, $"a workbook with at most {MaxTextBytes:N0} bytes of text",
            $"{texts:N0}; drop the table as CSV"));
    }

    protected override ValueTask<bool> ConvertAsync(ArrayBufferWriter<byte> to, CancellationToken cancellationToken)
    {
        if (!_started)
        {
            _started = true;
            ReadFirstRows();
        }

        while (to.WrittenCount < PieceBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_firstRows.TryDequeue(out var row))
            {
                if (!Guarded(_reader.Read)) return ValueTask.FromResult(false);
                row = ReadRow();
            }

            Write(row, to);
        }

        return ValueTask.FromResult(true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader.Dispose();
            _copy.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Select(string? sheet, NoteLog notes)
    {
        var names = new List<string>();
        var hidden = new HashSet<string>();
        do
        {
            names.Add(_reader.Name);
            if (_reader.VisibleState != "visible") hidden.Add(_reader.Name);
        }
        while (_reader.NextResult());
        var chosen = sheet is null
            ? names.Find(n => !hidden.Contains(n)) ?? names[0]
            : names.Find(n => n == sheet) ?? names.Find(n => n.Equals(sheet, StringComparison.OrdinalIgnoreCase));
        if (chosen is null)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.NoSuchSheet, $"a sheet with the name {FieldText.Show(sheet!)}, as model.json says",
                $"only {FieldText.List(names)}"));
        }

        if (sheet is null && names.Count > 1)
        {
            notes.Add(new CsvNote(
                CsvNote.OtherSheets, null, "a workbook of one sheet, or \"sheet\" in model.json",
                $"{names.Count:N0} sheets, of which {FieldText.Show(chosen)} is read: {FieldText.List(names, 5)}"));
        }

        _reader.Reset();
        while (_reader.Name != chosen && _reader.NextResult())
        {
        }

        return true;
    }

    private void ReadFirstRows()
    {
        _firstColumn = int.MaxValue;
        while (_firstRows.Count < FirstRows && Guarded(_reader.Read))
        {
            var row = ReadRow();
            _firstRows.Enqueue(row);
            var first = Array.FindIndex(row, c => c.Length > 0);
            if (first < 0) continue;
            _firstColumn = Math.Min(_firstColumn, first);
            _columns = Math.Max(_columns, Array.FindLastIndex(row, c => c.Length > 0) + 1);
        }

        if (_columns == 0) _firstColumn = 0;
    }

    private string[] ReadRow() => Guarded(() =>
    {
        var row = new string[_reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = ExcelCell.Text(_reader, i);
        return row;
    });

    /// <summary>Writes a row; one with values beside the columns in use is longer, and so a bad one.</summary>
    private void Write(string[] row, ArrayBufferWriter<byte> to)
    {
        var last = Array.FindLastIndex(row, c => c.Length > 0);
        if (last >= 0)
        {
            for (var i = _firstColumn; i < Math.Max(_columns, last + 1); i++)
            {
                if (i > _firstColumn) to.Write(","u8);
                if (i < row.Length) CsvRow.WriteField(to, row[i]);
            }
        }

        to.Write("\n"u8);
    }

    /// <summary>What the package throws at a damaged workbook is of many types; the copy itself is ours.</summary>
    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidPasswordException)
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.DamagedExcel, "a workbook without a password", "one with a password"));
        }
        catch (Exception e) when (TemporaryCopy.IsOfContent(e))
        {
            throw new UnreadableTextException(new CsvDamage(
                CsvDamage.DamagedExcel, "a whole workbook of Excel", $"damaged data: {e.Message}"));
        }
    }
}
