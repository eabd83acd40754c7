using System.IO.Compression;

namespace Serverless.Csv.Parts;

/// <summary>
/// Writes rows as one Parquet file of typed columns. A column's type is that of all its cells, which is known at the
/// end: until then the rows wait in a temporary file, packed, and nothing is written for rows that are given up.
/// </summary>
public sealed class PartWriter : IAsyncDisposable
{
    private readonly IReadOnlyList<CellKind> _kinds;
    private readonly CellFacts[] _facts;
    private readonly int _threads;
    private readonly FileStream _file;
    private readonly DeflateStream _packed;
    private readonly Queue<CellBlock> _full = new();
    private readonly Stack<CellBlock> _free = new();
    private CellBlock _block;
    private Task _storing = Task.CompletedTask;

    /// <param name="kinds">What the cells of each column are meant to be.</param>
    /// <param name="threads">Max threads; the bytes do not depend on it.</param>
    public PartWriter(IReadOnlyList<CellKind> kinds, int threads)
    {
        (_kinds, _threads) = (kinds, threads);
        _facts = [.. kinds.Select(k => new CellFacts(k))];
        _block = new CellBlock(kinds.Count);
        _file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                BufferSize = 64 * 1024,
            });
        _packed = new DeflateStream(_file, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <summary>Adds the next row's cell of a column; each column once.</summary>
    /// <param name="cell">In plain notation, but for truth values, which may be written in any way.</param>
    public void Add(int column, ReadOnlySpan<byte> cell) => _block.Add(column, cell);

    public void EndRow()
    {
        _block.EndRow();
        if (_block.IsFull) EndBlock();
    }

    /// <summary>Puts full blocks of rows aside, while further rows are added; call it now and then.</summary>
    public async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        while (_full.TryDequeue(out var block))
        {
            await _storing;
            _storing = Task.Run(() => StoreAsync(block, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Writes the part: all rows that were added, in their order.</summary>
    /// <param name="to">Stays open.</param>
    public async Task WriteAsync(Stream to, PartDescription description, CancellationToken cancellationToken)
    {
        EndBlock();
        await StoreAsync(cancellationToken);
        await _storing;
        await _packed.DisposeAsync();
        _file.Position = 0;
        await using var rows = new DeflateStream(_file, CompressionMode.Decompress, leaveOpen: true);
        await using var part = await ParquetPart.CreateAsync(
            to, description, [.. _facts.Zip(_kinds, (f, k) => (f.Type, k))], cancellationToken);
        while (await _block.ReadAsync(rows, cancellationToken)) await part.WriteAsync(_block, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _packed.DisposeAsync();
        await _file.DisposeAsync();
    }

    private void EndBlock()
    {
        if (_block.Rows == 0) return;
        _full.Enqueue(_block);
        lock (_free) _block = _free.TryPop(out var free) ? free : new CellBlock(_kinds.Count);
    }

    private async Task StoreAsync(CellBlock block, CancellationToken cancellationToken)
    {
        Parallel.For(0, _facts.Length, new ParallelOptions { MaxDegreeOfParallelism = _threads }, column =>
        {
            var facts = _facts[column];
            for (var row = 0; row < block.Rows; row++) facts.Add(block.Cell(row, column));
        });
        await block.WriteAsync(_packed, cancellationToken);
        block.Clear();
        lock (_free) _free.Push(block);
    }
}
