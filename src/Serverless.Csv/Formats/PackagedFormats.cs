using System.IO.Compression;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>
/// The formats that packages read: Parquet and workbooks of Excel. The package for workbooks is not made for native
/// AOT, so that a native host knows these files, and says that it does not read them.
/// </summary>
internal static class PackagedFormats
{
    /// <summary>Max bytes of a Parquet file, and of a workbook, each of which waits in a temporary file.</summary>
    public const long MaxParquetBytes = 16L << 30;
    public const long MaxWorkbookBytes = 1L << 30;

    public static bool IsParquet(ReadOnlySpan<byte> start) => start.StartsWith("PAR1"u8) || start.StartsWith("PARE"u8);

    /// <summary>Whether a file is an OLE compound document, as .xls and password-protected .xlsx are.</summary>
    public static bool IsCompound(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);

    /// <summary>Whether an archive is a workbook.</summary>
    public static bool IsWorkbook(ZipArchive archive) =>
        archive.GetEntry("xl/workbook.xml") is not null || archive.GetEntry("xl/workbook.bin") is not null;

    /// <param name="copy">The file, owned from here on.</param>
    public static FileText OfParquet(FileStream copy, NoteLog notes) =>
        new(new ParquetText(new ParquetTable(copy, notes)), IsAsStored: false, TextForm.Table);

#if NATIVE
    public static FileText OfWorkbook(Stream copy, string? _, NoteLog __)
    {
        copy.Dispose();
        throw new UnreadableTextException(new CsvDamage(
            CsvDamage.NotInNative, "a file that a native host reads",
            "a workbook of Excel; drop the table as CSV or JSON lines, or run the host that is not native"));
    }

    public static void CheckSize(ZipArchive _)
    {
    }
#else
    /// <param name="copy">The file, owned from here on.</param>
    /// <param name="sheet">The name of the sheet to read; null for the first one that is visible.</param>
    public static FileText OfWorkbook(Stream copy, string? sheet, NoteLog notes)
    {
        try
        {
            return new FileText(new ExcelText(copy, sheet, notes), IsAsStored: false, ExcelText.Form);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <exception cref="UnreadableTextException">The texts in an .xlsx do not fit into memory.</exception>
    public static void CheckSize(ZipArchive workbook) => ExcelText.CheckSize(workbook);
#endif
}
