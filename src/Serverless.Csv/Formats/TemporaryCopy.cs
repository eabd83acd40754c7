using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>Copies a stream into a file that is deleted when closed: some formats are not read in order.</summary>
internal static class TemporaryCopy
{
    /// <summary>The error number of an <see cref="IOException"/> that code makes by itself, and no disk.</summary>
    private const int NoDiskError = unchecked((int)0x80131620);

    /// <summary>
    /// Whether what a reader threw is about the content of a copy. Damage makes it throw many types; what the disk does
    /// has an error number.
    /// </summary>
    public static bool IsOfContent(Exception e) => e switch
    {
        EndOfStreamException => true,
        IOException => e.HResult == NoDiskError,
        UnreadableTextException or OperationCanceledException or OutOfMemoryException => false,
        _ => true,
    };

    /// <param name="maxBytes">Of the copy.</param>
    /// <param name="what">The kind of file, for the message.</param>
    /// <exception cref="UnreadableTextException">The stream is longer.</exception>
    public static async Task<FileStream> OfAsync(
        Stream content, long maxBytes, string what, CancellationToken cancellationToken)
    {
        var copy = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                BufferSize = 64 * 1024,
            });
        try
        {
            var piece = new byte[256 * 1024];
            while (await content.ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                if (copy.Position + read > maxBytes)
                {
                    throw new UnreadableTextException(new CsvDamage(
                        CsvDamage.FileTooLarge, $"{what} of at most {maxBytes:N0} bytes",
                        "a larger one; drop the table as CSV"));
                }

                await copy.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            }

            copy.Position = 0;
            return copy;
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }
}
