using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Serverless.Csv.Records;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <param name="isLabel">A label beyond the range of float is bad; a feature is clamped to it.</param>
/// <param name="binned">Receives all rows of a large file whose values are not all kept; otherwise null.</param>
/// <param name="keepsAll">Keeps the values of all rows nevertheless: they order the rows.</param>
/// <param name="values">Expected number of rows kept with values; 0 if unknown.</param>
public sealed class NumericColumnBuilder(
    string name, bool required, NumericRange? range, bool isLabel, BinnedSlotBuilder? binned,
    bool keepsAll, int values)
    : ColumnBuilder(name, required)
{
    private readonly double _min = range?.Min ?? double.NegativeInfinity;
    private readonly double _max = range?.Max ?? double.PositiveInfinity;
    private BlockValues<float> _batch = new();
    private RowValues<float> _values = new(values);

    public override long Size => ((long)sizeof(float) * _values.Count) + (binned?.Size ?? 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Read(RowBlock batch, int place, int from, int to, Span<ulong> hashes)
    {
        var read = _batch.For(batch);
        var lowest = isLabel ? Math.Max(_min, -float.MaxValue) : _min;
        var highest = isLabel ? Math.Min(_max, float.MaxValue) : _max;
        var typed = batch.Numbers(place);
        if (!typed.IsEmpty)
        {
            for (var i = from; i < to; i++) Take(i, typed[i], lowest, highest);
            RowHash.Add(read[from..to], HashKey, hashes[from..to]);
            return;
        }

        var fields = batch.FieldsOf(place, out var column);
        var row = from;
        if (Avx512NumberParser.IsSupported && place >= 0)
        {
            for (; row + Avx512NumberParser.Count <= to; row += Avx512NumberParser.Count)
            {
                var plain = fields.ReadEight(row, column, out var numbers);
                Avx512F.ConvertToVector256Single(numbers).CopyTo(read[row..]);
                plain &= (uint)(Vector512.GreaterThanOrEqual(numbers, Vector512.Create(lowest))
                    & Vector512.LessThanOrEqual(numbers, Vector512.Create(highest))).ExtractMostSignificantBits();
                if (plain == Avx512NumberParser.All) continue;
                for (var i = 0; i < Avx512NumberParser.Count; i++)
                {
                    if ((plain & (1u << i)) == 0) ReadOne(row + i, fields[row + i, column], lowest, highest);
                }
            }
        }

        for (; row < to; row++) ReadOne(row, fields[row, column], lowest, highest);
        RowHash.Add(read[from..to], HashKey, hashes[from..to]);
    }

    public override void Append(RowBlock batch)
    {
        ReadOnlySpan<float> read = _batch.Span;
        HasValue = HasValue || AnyNumber(read, batch.Good);
        binned?.Append(read, batch.Good);
        _values.Append(read, binned is null || keepsAll ? batch.Good : batch.Kept);
    }

    public override Column Build() => new NumericColumn(Name, _values.ToArray());

    public override BinnedTableColumn? BuildBinned() =>
        binned is null ? null : new BinnedNumbers(Name, [binned.Build()]);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text)
    {
        if (Utf8NumberParser.IsInfinity(text)) return new Fault(AnomalyCodes.Infinite, "a finite number");
        if (!Utf8NumberParser.TryParse(text, out var number)) return new Fault(AnomalyCodes.NotANumber, "a number");
        if (number < _min) return new Fault(AnomalyCodes.NumberTooSmall, $"at least {_min}");
        if (number > _max) return new Fault(AnomalyCodes.NumberTooBig, $"at most {_max}");
        return new Fault(
            number < 0 ? AnomalyCodes.NumberTooSmall : AnomalyCodes.NumberTooBig, "a number in the range of a float");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReadOne(int row, ReadOnlySpan<byte> text, double lowest, double highest)
    {
        var read = _batch.Span;
        if (Utf8NumberParser.TryParsePadded(text, out var number))
        {
            read[row] = Utf8NumberParser.ToFloat(number);
            if (!(number >= lowest && number <= highest)) Faults.Add(row);
        }
        else
        {
            read[row] = float.NaN;
            if (MissingText.Is(text)) AddMissing(row);
            else Faults.Add(row);
        }
    }

    /// <summary>Takes a number that is none where it is missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(int row, double number, double lowest, double highest)
    {
        var read = _batch.Span;
        read[row] = Utf8NumberParser.ToFloat(number);
        if (number >= lowest && number <= highest && double.IsFinite(number)) return;
        if (!double.IsNaN(number))
        {
            Faults.Add(row);
            return;
        }

        read[row] = float.NaN;
        AddMissing(row);
    }

    internal static bool AnyNumber(ReadOnlySpan<float> values, ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
        {
            if (!float.IsNaN(values[row])) return true;
        }

        return false;
    }
}
