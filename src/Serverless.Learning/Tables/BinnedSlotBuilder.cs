using System.Runtime.CompilerServices;
using Serverless.Learning.Binning;

namespace Serverless.Learning.Tables;

/// <summary>Bins one slot's values of every row.</summary>
/// <param name="capacity">Max rows.</param>
public sealed class BinnedSlotBuilder(BinThresholds edges, int capacity)
{
    private readonly byte[] _bins = new byte[capacity];
    private int _count;

    public long Size => _bins.Length;

    /// <param name="batch">One value per row of a batch.</param>
    /// <param name="rows">Which rows to append.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append(ReadOnlySpan<float> batch, ReadOnlySpan<int> rows)
    {
        var bins = _bins.AsSpan(_count, rows.Length);
        if (rows is [.., var last] && last == rows.Length - 1) edges.BinAll(batch[..rows.Length], bins);
        else for (var i = 0; i < bins.Length; i++) bins[i] = edges.BinOf(batch[rows[i]]);
        _count += rows.Length;
    }

    public BinnedSlot Build() => new(edges, _bins);
}
