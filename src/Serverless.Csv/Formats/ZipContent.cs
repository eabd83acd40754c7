using System.IO.Compression;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>The files in a .zip, of which exactly one is data.</summary>
internal static class ZipContent
{
    /// <summary>Max bytes of a .zip, which waits in a temporary file.</summary>
    public const long MaxBytes = 4L << 30;

    public static bool IsZip(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8);

    /// <exception cref="UnreadableTextException">The archive is damaged.</exception>
    public static ZipArchive Open(Stream copy)
    {
        try
        {
            var archive = new ZipArchive(copy, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries; // reads the directory
            return archive;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message);
        }
    }

    /// <summary>The only file of data, without folders and what macOS adds.</summary>
    /// <exception cref="UnreadableTextException">There is none, or there are several.</exception>
    public static ZipArchiveEntry Only(ZipArchive archive)
    {
        var files = archive.Entries.Where(e => e.Name.Length > 0 && e.Name != ".DS_Store"
            && !e.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal)).ToList();
        if (files.Count == 1) return files[0];
        throw new UnreadableTextException(new CsvDamage(
            CsvDamage.ZipContent, "one file in the .zip",
            files.Count == 0 ? "none" : $"{files.Count:N0}: {FieldText.List(files.Select(f => f.FullName), 5)}"));
    }

    public static UnreadableTextException Damaged(string why) =>
        new(new CsvDamage(CsvDamage.DamagedZip, "a whole .zip file", $"damaged data: {why}"));
}
