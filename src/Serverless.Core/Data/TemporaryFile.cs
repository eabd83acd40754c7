namespace Serverless.Core.Data;

/// <summary>A file that is deleted when it is closed.</summary>
internal sealed class TemporaryFile : IAsyncDisposable
{
    private FileStream? _content;

    /// <summary>Created on first use.</summary>
    public FileStream Content => _content ??= new FileStream(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });

    public bool IsUsed => _content is not null;

    public ValueTask DisposeAsync() => _content?.DisposeAsync() ?? ValueTask.CompletedTask;
}
