namespace Serverless.Core.Storage;

/// <summary>A lease held as an open file, which the kernel closes however the process ends.</summary>
internal sealed class FolderLease(FileStream file) : BlobLease
{
    /// <summary>Never cancelled, since an open file cannot be lost.</summary>
    public override CancellationToken Lost => CancellationToken.None;

    public override ValueTask DisposeAsync() => file.DisposeAsync();
}
