using System.Runtime.InteropServices;
using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// The bins again, row by row: counting a row into many slots' histograms then touches one cache line instead of one
/// per slot. Slots are grouped into tiles whose histograms fit a processor's cache.
/// </summary>
internal sealed unsafe class RowTiles : IDisposable
{
    private const int TileSlots = 64;
    private const int CacheLine = 64;

    private readonly byte* _memory;
    private readonly long _bytes;

    public RowTiles(BinnedMatrix data, SpinWorkers crew)
    {
        var count = (data.Columns.Length + TileSlots - 1) / TileSlots;
        int First(int tile) => (int)((long)data.Columns.Length * tile / count);

        // Strides that keep each row within as few cache lines as possible.
        int Stride(int slots) => slots > 32 ? 64 : slots > 16 ? 32 : slots > 8 ? 16 : slots > 4 ? 8 : 4;
        _bytes = Enumerable.Range(0, count).Sum(i => (long)Stride(First(i + 1) - First(i)) * data.RowCount);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(_bytes, 1), CacheLine);
        GC.AddMemoryPressure(Math.Max(_bytes, 1));
        Tiles = new Tile[count];
        var rows = _memory;
        for (var i = 0; i < count; i++)
        {
            var slots = First(i + 1) - First(i);
            Tiles[i] = new Tile(rows, Stride(slots), First(i), slots);
            rows += (long)Stride(slots) * data.RowCount;
        }

        crew.ForBlocks(data.RowCount, 1024, (from, to, _) =>
        {
            foreach (var tile in Tiles) Fill(tile, data, from, to);
        });
    }

    public Tile[] Tiles { get; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        GC.RemoveMemoryPressure(Math.Max(_bytes, 1));
    }

    private static void Fill(Tile tile, BinnedMatrix data, int from, int to)
    {
        for (var slot = 0; slot < tile.Slots; slot++)
        {
            var bins = data.Columns[tile.FirstSlot + slot].Bins;
            var target = tile.Rows + slot + ((long)from * tile.Stride);
            for (var row = from; row < to; row++, target += tile.Stride) *target = bins[row];
        }
    }

    /// <param name="stride">Bytes from one row to the next.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly struct Tile(byte* rows, int stride, int firstSlot, int slots)
    {
        public byte* Rows { get; } = rows;

        public int Stride { get; } = stride;

        public int FirstSlot { get; } = firstSlot;

        public int Slots { get; } = slots;
    }
}
