using System.Runtime.CompilerServices;
using Serverless.Csv.Records;

namespace Serverless.Learning.Tables;

/// <summary>
/// A batch of records between two fills of the tokenizer's buffer, read column by column: each column repeats one kind
/// of work, and several can read in parallel.
/// </summary>
public sealed class RecordBlock(CsvTokenizer csv)
{
    private int[] _firstFields = new int[1024];
    private long[] _lines = new long[1024];
    private (int Start, int Length)[] _records = new (int, int)[1024];
    private int[] _good = new int[1024];
    private int[] _kept = new int[1024];
    private int _goodCount;
    private int _keptCount;

    public int Count { get; private set; }

    /// <summary>Positions of the accepted rows, ascending, after <see cref="Accept"/>.</summary>
    public ReadOnlySpan<int> Good => _good.AsSpan(0, _goodCount);

    /// <summary>Those of <see cref="Good"/> that are kept with their values.</summary>
    public ReadOnlySpan<int> Kept => _kept.AsSpan(0, _keptCount);

    public void Add()
    {
        if (Count == _firstFields.Length)
        {
            Array.Resize(ref _firstFields, Count * 2);
            Array.Resize(ref _lines, Count * 2);
            Array.Resize(ref _records, Count * 2);
            Array.Resize(ref _good, Count * 2);
            Array.Resize(ref _kept, Count * 2);
        }

        _firstFields[Count] = csv.FirstField;
        _lines[Count] = csv.Line;
        _records[Count++] = csv.RecordPlace;
    }

    public long Line(int row) => _lines[row];

    /// <summary>For <see cref="CsvTokenizer.RecordAt"/>.</summary>
    public (int Start, int Length) RecordPlace(int row) => _records[row];

    /// <summary>Fast field access for loops over many rows.</summary>
    public BlockFields Fields => csv.FieldsOf(_firstFields);

    /// <summary>Accepts all rows but the bad ones.</summary>
    /// <param name="bad">Ascending.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Accept(ReadOnlySpan<int> bad, RowKeepRule? thinning, int rowsBefore)
    {
        (_goodCount, _keptCount) = (0, 0);
        for (var row = 0; row < Count; row++)
        {
            if (!bad.IsEmpty && bad[0] == row)
            {
                bad = bad[1..];
                continue;
            }

            if (thinning is null || thinning.Keeps(rowsBefore + _goodCount)) _kept[_keptCount++] = row;
            _good[_goodCount++] = row;
        }
    }

    public void Clear() => Count = 0;
}
