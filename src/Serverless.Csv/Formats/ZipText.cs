using System.IO.Compression;
using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>The bytes of a file in a .zip. Owns the archive and the copy that it is read from.</summary>
internal sealed class ZipText : ForwardStream
{
    private readonly Stream _copy;
    private readonly ZipArchive _archive;
    private readonly ZipArchiveEntry _entry;
    private readonly Stream _content;
    private long _read;

    public ZipText(Stream copy, ZipArchive archive, ZipArchiveEntry entry)
    {
        (_copy, _archive, _entry) = (copy, archive, entry);
        try
        {
            _content = entry.Open();
        }
        catch (InvalidDataException e)
        {
            throw ZipContent.Damaged(entry.IsEncrypted ? "it needs a password" : e.Message);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await _content.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw ZipContent.Damaged(e.Message);
        }

        _read += read;
        if (read == 0 && buffer.Length > 0 && _read < _entry.Length)
        {
            throw ZipContent.Damaged($"{_entry.FullName} ends after {_read:N0} of {_entry.Length:N0} bytes");
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content?.Dispose();
            _archive.Dispose();
            _copy.Dispose();
        }

        base.Dispose(disposing);
    }
}
