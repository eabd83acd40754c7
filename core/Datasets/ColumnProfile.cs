namespace Serverless.Datasets;

/// <summary>What the values of one column look like, counted value by value.</summary>
internal sealed class ColumnProfile
{
    /// <summary>Distinct values are counted up to here.</summary>
    public const int MaximumDistinct = SampleRows.MaximumRows;

    private HashSet<ulong>? _distinct;
    private int _countedDistinct;
    private long _lastTicks = long.MinValue;
    private (long Row, double Value)? _last;

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
    /// Profiles of all columns, a few at a time: each row is fetched once for all of these, and what they need to know
    /// different values is used again for the next, as for many columns it would take more room than the rows.
    /// </summary>
    public static ColumnProfile[] OfColumns(SampleRows sample, int columns)
    {
        const int together = 8;
        var profiles = new ColumnProfile[columns];
        HashSet<ulong>[] sets = [.. Enumerable.Range(0, Math.Min(together, columns)).Select(_ => new HashSet<ulong>())];
        for (var first = 0; first < columns; first += together)
        {
            var end = Math.Min(columns, first + together);
            for (var column = first; column < end; column++) profiles[column] = new ColumnProfile { _distinct = sets[column - first] };
            for (var row = 0; row < sample.Count; row++)
            {
                for (var column = first; column < end; column++) profiles[column].Add(sample.Field(row, column), sample.Number(row));
            }

            for (var column = first; column < end; column++)
            {
                (profiles[column]._countedDistinct, profiles[column]._distinct) = (sets[column - first].Count, null);
                sets[column - first].Clear();
            }
        }

        return profiles;
    }

    /// <param name="number">The row's number in the file.</param>
    public void Add(ReadOnlySpan<byte> text, long number)
    {
        Rows++;
        if (MissingText.Is(text))
        {
            Missing++;
            _last = null;
            return;
        }

        _distinct ??= [];
        if (_distinct.Count < MaximumDistinct) _distinct.Add(FieldHash.Of(text));
        if (BooleanText.TryParse(text, out _)) Booleans++;
        if (NumberText.TryParse(text, out var value))
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
        if (_last is { } last && value - last.Value == row - last.Row) CountingSteps++;
        _last = (row, value);
    }
}
