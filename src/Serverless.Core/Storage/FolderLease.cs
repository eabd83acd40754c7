namespace Serverless.Core.Storage;

/// <summary>A lease that is an open file: the kernel gives it back when the process ends, however it ends.</summary>
internal sealed class FolderLease(FileStream file) : BlobLease
{
    /// <summary>Never cancelled: a file stays open until it is closed.</summary>
    public override CancellationToken Lost => CancellationToken.None;

    public override ValueTask DisposeAsync() => file.DisposeAsync();
}
