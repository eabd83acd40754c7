using System.Buffers;
using System.Data.Common;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Serverless.Sql;

/// <summary>
/// Rows as a packed CSV file, in a temporary file: a pull knows their number and their hash before it writes a blob,
/// and a connection that breaks leaves none.
/// </summary>
internal sealed class PulledRows : IAsyncDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly FileStream _file = OpenTemporaryFile();

    private PulledRows()
    {
    }

    /// <summary>Without the header.</summary>
    public long Count { get; private set; }

    /// <summary>Of the packed bytes, lower-case hex.</summary>
    public string Sha256 { get; private set; } = "";

    public Stream Content
    {
        get
        {
            _file.Position = 0;
            return _file;
        }
    }

    /// <summary>Reads a result to its end; the memory that it takes is that of one row.</summary>
    /// <param name="rows">Opened for sequential access.</param>
    /// <returns>The rows; or why one of them cannot be written.</returns>
    public static async Task<(PulledRows? Rows, string? Obstacle)> ReadAsync(
        DbDataReader rows, CancellationToken cancellationToken)
    {
        var pulled = new PulledRows();
        var isRead = false;
        try
        {
            var obstacle = await pulled.FillAsync(rows, SourceColumn.Of(rows), cancellationToken);
            isRead = obstacle is null;
            return isRead ? (pulled, null) : (null, obstacle);
        }
        finally
        {
            if (!isRead) await pulled.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task<string?> FillAsync(
        DbDataReader rows, IReadOnlyList<SourceColumn> columns, CancellationToken cancellationToken)
    {
        using var sha256 = SHA256.Create();
        await using (var hashed = new CryptoStream(_file, sha256, CryptoStreamMode.Write, leaveOpen: true))
        await using (var packed = new GZipStream(hashed, CompressionLevel.Fastest))
        {
            var text = new ArrayBufferWriter<byte>(2 * BlockBytes);
            foreach (var (i, column) in columns.Index())
            {
                if (i > 0) text.Write(","u8);
                Cells.AppendText(text, column.Name);
            }

            text.Write("\n"u8);
            while (await rows.ReadAsync(cancellationToken))
            {
                Count++;
                if (Append(rows, columns, text) is { } obstacle) return obstacle;
                if (text.WrittenCount < BlockBytes) continue;
                await packed.WriteAsync(text.WrittenMemory, cancellationToken);
                text.ResetWrittenCount();
            }

            await packed.WriteAsync(text.WrittenMemory, cancellationToken);
        }

        Sha256 = Convert.ToHexStringLower(sha256.Hash!);
        return null;
    }

    private string? Append(DbDataReader row, IReadOnlyList<SourceColumn> columns, ArrayBufferWriter<byte> text)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0) text.Write(","u8);
            try
            {
                if (!row.IsDBNull(i)) columns[i].Cell!(row, i, text);
            }
            catch (Exception e) when (e is OverflowException or InvalidCastException)
            {
                var (name, type) = (columns[i].Name, columns[i].Type);
                return $"Row {Count}, column '{name}': expected a value of {type} that .NET can hold, found one that "
                    + "it cannot. Cast the column to double precision or text in source.query.";
            }
        }

        text.Write("\n"u8);
        return null;
    }

    private static FileStream OpenTemporaryFile()
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
        // A process that is killed closes nothing. Where open files can be deleted, it leaves none behind either.
        if (!OperatingSystem.IsWindows()) File.Delete(file.Name);
        return file;
    }
}
