namespace Serverless.Core.Tests.Storage;

/// <summary>Gives half of its bytes, then waits to be told to go on or to fail: a write caught in the middle.</summary>
internal sealed class HalfwayStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    private readonly TaskCompletionSource _halfway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Halfway => _halfway.Task;

    public void Resume() => _resumed.SetResult();

    public void Fail(Exception error) => _resumed.SetException(error);

    // A length that is not known beforehand, as of a request body, so that nobody reads it in one go.
    public override bool CanSeek => false;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var half = (int)Length / 2;
        if (Position < half) return Read(buffer.Span[..Math.Min(buffer.Length, half - (int)Position)]);
        _halfway.TrySetResult();
        await _resumed.Task.WaitAsync(cancellationToken);
        return Read(buffer.Span);
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        // MemoryStream would hand over all of its array at once.
        var buffer = new byte[bufferSize];
        while (await ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
