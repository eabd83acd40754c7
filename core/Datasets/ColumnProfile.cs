using System.Runtime.CompilerServices;
using Serverless.Training;

namespace Serverless.Datasets;

/// <summary>What the values of one column look like, counted value by value.</summary>
internal sealed class ColumnProfile
{
    /// <summary>Distinct values are counted up to here.</summary>
    public const int MaximumDistinct = SampleRows.MaximumRows;

    private DistinctHashes? _distinct = new();
    private int _countedDistinct;
    private long _lastTicks = long.MinValue;
    private long _lastRow;
    private double _lastValue = double.NaN; // nothing is one more than that

    public long Rows { get; private set; }

    public long Missing { get; private set; }

    public long Numbers { get; private set; }

    public long Integers { get; private set; }

    public long Booleans { get; private set; }

    public long Timestamps { get; private set; }

    /// <summary>Pairs of neighbouring rows whose number grows by one for each row between them.</summary>
    public long CountingSteps { get; private set; }

    /// <summary>Pairs of neighbouring timestamps of which the second is earlier.</summary>
    public long StepsBack { get; private set; }

    /// <summary>The first value that is no number; null where there is none.</summary>
    public string? FirstOther { get; private set; }

    public long Present => Rows - Missing;

    public int Distinct => _distinct?.Count ?? _countedDistinct;

    /// <summary>
    /// Profiles of all columns, a few at a time: each row is fetched once for all of these. Only how many different values
    /// there are is kept, as for many columns these would take more room than the rows.
    /// </summary>
    /// <param name="threads">How many may be used; the profiles do not depend on it.</param>
    public static ColumnProfile[] OfColumns(SampleRows sample, int columns, int threads)
    {
        const int together = 4;
        var profiles = new ColumnProfile[columns];
        FixedOrder.For(threads, (columns + together - 1) / together, group =>
        {
            var some = profiles.AsSpan(group * together, Math.Min(together, columns - (group * together)));
            foreach (ref var profile in some) profile = new ColumnProfile();
            Add(sample, group * together, some);
            foreach (var profile in some) (profile._countedDistinct, profile._distinct) = (profile.Distinct, null);
        });
        return profiles;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(SampleRows sample, int first, ReadOnlySpan<ColumnProfile> profiles)
    {
        for (var row = 0; row < sample.Count; row++)
        {
            for (var i = 0; i < profiles.Length; i++) profiles[i].Add(sample.Field(row, first + i), sample.Number(row));
        }
    }

    /// <param name="text">At least 16 readable bytes follow it.</param>
    /// <param name="number">The row's number in the file.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> text, long number)
    {
        Rows++;
        if (MissingText.Is(text))
        {
            Missing++;
            _lastValue = double.NaN;
            return;
        }

        if (_distinct!.Count < MaximumDistinct) _distinct.Add(FieldHash.Of(text));
        if (BooleanText.TryParse(text, out _)) Booleans++;
        if (NumberText.TryParsePadded(text, out var value))
        {
            AddNumber(value, number);
            return;
        }

        FirstOther ??= FieldText.Show(text);
        if (!TimestampText.TryParse(text, out var ticks)) return;
        Timestamps++;
        if (ticks < _lastTicks) StepsBack++;
        _lastTicks = ticks;
    }

    private void AddNumber(double value, long row)
    {
        Numbers++;
        if (value == Math.Floor(value)) Integers++;
        if (value - _lastValue == row - _lastRow) CountingSteps++;
        (_lastRow, _lastValue) = (row, value);
    }
}
