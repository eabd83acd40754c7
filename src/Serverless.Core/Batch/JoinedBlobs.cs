using Serverless.Core.Storage;
using Serverless.Csv.Text;

namespace Serverless.Core.Batch;

/// <summary>Reads several blobs, then a block of memory, as one stream.</summary>
internal sealed class JoinedBlobs(
    BlobStore store,
    IReadOnlyList<string> names,
    ReadOnlyMemory<byte> rest) : ForwardStream
{
    private readonly ReadOnlyMemoryStream _rest = new(rest);
    private BlobContent? _current;
    private int _next;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_current is not null || _next < names.Count)
        {
            _current ??= await store.OpenReadAsync(names[_next++], cancellationToken)
                ?? throw new StoreUnavailableException($"{names[_next - 1]} was deleted meanwhile.", null);
            var read = await _current.Content.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.IsEmpty) return read;
            await _current.DisposeAsync();
            _current = null;
        }

        return await _rest.ReadAsync(buffer, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_current is not null) await _current.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _rest.Dispose();
        base.Dispose(disposing);
    }
}
