using System.Runtime.CompilerServices;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>Statistics of one column's values, counted value by value.</summary>
internal sealed class ColumnProfile
{
    /// <summary>As many numbers of two digits are codes if some begin with a zero; there are more months.</summary>
    private const int FewCodes = 10;

    /// <summary>Distinct values are counted up to this many.</summary>
    public const int MaxDistinct = StridedRowSample.MaxRows;

    private DistinctHashes? _distinct = new();
    private int _countedDistinct;
    private long _lastTicks = long.MinValue;
    private long _lastRow;
    private double _lastValue = double.NaN; // NaN: no step counts

    public long Rows { get; private set; }

    public long Missing { get; private set; }

    public long Numbers { get; private set; }

    public long Integers { get; private set; }

    public long Booleans { get; private set; }

    public long Timestamps { get; private set; }

    /// <summary>Whole numbers that a float, as columns hold them, does not keep: of more than seven digits.</summary>
    public long Rounded { get; private set; }

    /// <summary>Neighbouring rows of which the second has the greater number.</summary>
    public long Rises { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Neighbouring rows whose numbers differ by exactly the difference of their row numbers.</summary>
    public long CountingSteps { get; private set; }

    /// <summary>Neighbouring timestamps of which the second is earlier.</summary>
    public long StepsBack { get; private set; }

    /// <summary>Neighbouring timestamps of which the second is later.</summary>
    public long StepsForth { get; private set; }

    /// <summary>Share of the steps in time that go against the direction of most.</summary>
    public double TimeDisorder => StepsBack + StepsForth == 0
        ? 1
        : (double)Math.Min(StepsBack, StepsForth) / (StepsBack + StepsForth);

    /// <summary>The first value that is not a number, if any.</summary>
    public string? FirstOther { get; private set; }

    /// <summary>For a label: its classes.</summary>
    public ClassTally Classes { get; } = new();

    /// <summary>For a label: cells of <c>None</c>, which may be no value, or a class as of damages.</summary>
    public long Nones { get; private set; }

    /// <summary>
    /// Whole numbers that begin with a zero: codes, not amounts. Those of two digits, such as hours and months, count
    /// only where there are few different ones.
    /// </summary>
    public long LeadingZeros { get; private set; }

    public long Present => Rows - Missing;

    /// <summary>
    /// Number of distinct texts; at most two for a column of nearly all numbers.
    /// </summary>
    public int Distinct => _distinct?.Count ?? _countedDistinct;

    /// <summary>
    /// Profiles all columns. For nearly all numbers, only whether the texts differ is needed; other columns get a
    /// second pass over their texts.
    /// </summary>
    /// <param name="threads">Max threads; the profiles do not depend on it.</param>
    public static ColumnProfile[] OfColumns(StridedRowSample sample, int columns, int threads)
    {
        const int together = 16; // fetches each row once for 16 columns
        var profiles = new ColumnProfile[columns];
        OrderedParallel.For(threads, (columns + together - 1) / together, group =>
        {
            var first = group * together;
            var some = profiles.AsSpan(first, Math.Min(together, columns - first));
            foreach (ref var profile in some) profile = new ColumnProfile();
            AddNumbers(sample, first, some);
            foreach (var profile in some)
            {
                if (TypeInference.IsNearlyAll(profile.Numbers, profile.Present)) profile.AddFirstTwo(sample, first++);
                else profile.AddTexts(sample, first++);
                if (profile.Integers > 0) profile.CountZeros(sample, first - 1);
                if (TypeInference.AreCodes(profile)) profile.AddTexts(sample, first - 1);
                (profile._countedDistinct, profile._distinct) = (profile.Distinct, null);
            }
        });
        return profiles;
    }

    public static ColumnProfile Of(StridedRowSample sample, int column)
    {
        ColumnProfile[] one = [new()];
        AddNumbers(sample, column, one);
        one[0].AddTexts(sample, column);
        one[0].CountZeros(sample, column);
        return one[0];
    }

    public static ColumnProfile OfLabel(StridedRowSample sample, int column)
    {
        var profile = new ColumnProfile();
        for (var row = 0; row < sample.Count; row++) profile.AddLabel(sample.Field(row, column), sample.Number(row));
        return profile;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddNumbers(StridedRowSample sample, int first, ReadOnlySpan<ColumnProfile> profiles)
    {
        var row = 0;
        const int eight = Avx512NumberParser.Count;
        for (; Avx512NumberParser.IsSupported && row + eight <= sample.Count; row += eight)
        {
            for (var i = 0; i < profiles.Length; i++) profiles[i].AddEight(sample, row, first + i);
        }

        for (; row < sample.Count; row++)
        {
            for (var i = 0; i < profiles.Length; i++)
            {
                profiles[i].AddOther(sample.Field(row, first + i), sample.Number(row));
            }
        }
    }

    private void AddEight(StridedRowSample sample, int row, int column)
    {
        var plain = sample.ReadEight(row, column, out var values);
        for (var i = 0; i < Avx512NumberParser.Count; i++)
        {
            if ((plain & (1u << i)) == 0) AddOther(sample.Field(row + i, column), sample.Number(row + i));
            else AddNumber(values[i], sample.Number(row + i));
        }
    }

    private void CountZeros(StridedRowSample sample, int column)
    {
        var shortOnes = 0L;
        for (var row = 0; row < sample.Count; row++)
        {
            var text = sample.Field(row, column);
            if (text is not [(byte)'0', _, ..] || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) continue;
            if (text.Length > 2) LeadingZeros++;
            else shortOnes++;
        }

        if (shortOnes > 0 && sample.CountDistinct(column) < FewCodes) LeadingZeros += shortOnes;
    }

    private void AddFirstTwo(StridedRowSample sample, int column)
    {
        for (var row = 0; row < sample.Count && Distinct < 2; row++) AddText(sample.Field(row, column));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTexts(StridedRowSample sample, int column)
    {
        for (var row = 0; row < sample.Count; row++) AddText(sample.Field(row, column));
    }

    /// <summary>Adds a label.</summary>
    /// <param name="text">Followed by at least 16 readable bytes.</param>
    /// <param name="number">The row's number in the file.</param>
    public void AddLabel(ReadOnlySpan<byte> text, long number)
    {
        AddOther(text, number);
        AddText(text);
        if (!MissingText.Is(text)) Classes.Add(text);
        else if (text.SequenceEqual("None"u8)) Nones++;
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        if (MissingText.Is(text)) return;
        if (_distinct!.Count < MaxDistinct) _distinct.Add(FieldHash.Of(text));
        if (BooleanText.TryParse(text, out _)) Booleans++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddOther(ReadOnlySpan<byte> text, long number)
    {
        if (MissingText.Is(text))
        {
            Rows++;
            Missing++;
            _lastValue = double.NaN;
            return;
        }

        if (Utf8NumberParser.TryParsePadded(text, out var value))
        {
            AddNumber(value, number);
            return;
        }

        Rows++;
        FirstOther ??= FieldText.Show(text);
        if (!TimestampText.TryParse(text, out var ticks)) return;
        Timestamps++;
        if (ticks < _lastTicks) StepsBack++;
        else if (ticks > _lastTicks && Timestamps > 1) StepsForth++;
        _lastTicks = ticks;
    }

    private void AddNumber(double value, long row)
    {
        Rows++;
        Numbers++;
        if (value == Math.Floor(value))
        {
            Integers++;
            if (value != (float)value) Rounded++;
        }

        if (value > _lastValue) Rises++;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        if (value - _lastValue == row - _lastRow) CountingSteps++;
        (_lastRow, _lastValue) = (row, value);
    }
}
