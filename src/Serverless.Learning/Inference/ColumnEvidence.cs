using Serverless.Csv.Cells;
using Serverless.Csv.Values;

namespace Serverless.Learning.Inference;

/// <summary>What the sampled cells of one column may be, beside plain numbers and ISO timestamps.</summary>
internal sealed class ColumnEvidence
{
    /// <summary>After as many cells a column that fits nothing is not looked at any further.</summary>
    private const int FirstLook = 500;

    private static readonly DurationFormat Duration = new();

    private long _true;
    private long _false;
    private long _marks;
    private long _blanks;

    public NumberEvidence Numbers { get; } = new();

    public DateEvidence Dates { get; } = new();

    public WordCounts NoBooleans { get; } = new();

    public long Durations { get; private set; }

    /// <summary>Cells that are not missing.</summary>
    public long Present { get; private set; }

    public string? First { get; private set; }

    public bool HasBothTruths => _true > 0 && _false > 0;

    /// <summary>Whether each cell has a mark, such as X, or nothing.</summary>
    public bool IsFlag => _marks == Present && _blanks > 0 && Present > 0;

    public static ColumnEvidence Of(StridedRowSample sample, int column, ICollection<byte[]> missing)
    {
        var evidence = new ColumnEvidence();
        for (var row = 0; row < sample.Count; row++)
        {
            var cell = sample.Field(row, column);
            if (cell.IsEmpty) evidence._blanks++;
            if (MissingText.Is(cell) || IsOneOf(cell, missing)) continue;
            evidence.Add(cell);
            if (evidence.Present == FirstLook && evidence.IsText) break;
        }

        return evidence;
    }

    /// <summary>Whether far fewer cells than needed are anything but text.</summary>
    public bool IsText => Math.Max(Numbers.Fits('.'), Numbers.Fits(',')) < Present / 2
        && Dates.Best < Present / 2 && Durations < Present / 2 && _true + _false < Present / 2;

    private void Add(ReadOnlySpan<byte> cell)
    {
        Present++;
        First ??= System.Text.Encoding.UTF8.GetString(cell);
        Numbers.Add(cell);
        Dates.Add(cell);
        if (Duration.Fits(cell)) Durations++;
        if (!BooleanFormat.TryParse(cell, out var truth)) NoBooleans.Add(cell);
        else if (truth) _true++;
        else _false++;
        if (cell is [(byte)'x' or (byte)'X'] || cell.SequenceEqual("✓"u8) || cell.SequenceEqual("✔"u8)) _marks++;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> cell, ICollection<byte[]> words)
    {
        foreach (var word in words)
        {
            if (cell.SequenceEqual(word)) return true;
        }

        return false;
    }
}
