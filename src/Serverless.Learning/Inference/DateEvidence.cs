using System.Text;
using Serverless.Csv.Cells;
using Serverless.Csv.Values;

namespace Serverless.Learning.Inference;

/// <summary>Counts which orders of day, month and year a column's cells fit.</summary>
internal sealed class DateEvidence
{
    private static readonly DateFormat[] Formats =
        [new(DateOrder.YearFirst), new(DateOrder.DayFirst), new(DateOrder.MonthFirst)];

    private readonly long[] _fits = new long[3];
    private readonly long[] _stepsBack = new long[3];
    private readonly long[] _last = [long.MinValue, long.MinValue, long.MinValue];

    /// <summary>Cells that are dates with the day first only, or with the month first only.</summary>
    public long DayOnly { get; private set; }

    public long MonthOnly { get; private set; }

    /// <summary>A cell that is one date with the day first, and another with the month first.</summary>
    public string? Ambiguous { get; private set; }

    public bool HasPoints { get; private set; }

    public bool HasHalfDays { get; private set; }

    public WordCounts Others { get; } = new();

    public void Add(ReadOnlySpan<byte> cell)
    {
        Span<byte> iso = stackalloc byte[CellFormat.MaxBytes];
        Span<long> ticks = stackalloc long[3];
        var any = false;
        for (var i = 0; i < Formats.Length; i++)
        {
            var length = Formats[i].Write(cell, iso);
            ticks[i] = long.MinValue;
            if (length < 0 || !TimestampText.TryParse(iso[..length], out ticks[i])) continue;
            any = true;
            _fits[i]++;
            if (ticks[i] < _last[i]) _stepsBack[i]++;
            _last[i] = ticks[i];
        }

        if (!any)
        {
            Others.Add(cell);
            return;
        }

        var (day, month) = (ticks[1], ticks[2]);
        if (day != long.MinValue && month == long.MinValue) DayOnly++;
        if (month != long.MinValue && day == long.MinValue) MonthOnly++;
        if (day != month && day != long.MinValue && month != long.MinValue) Ambiguous ??= Encoding.UTF8.GetString(cell);
        HasPoints |= cell.Count((byte)'.') == 2;
        HasHalfDays |= cell.Length > 2 && (cell[^1] | 0x20) == 'm' && (cell[^2] | 0x20) is 'a' or 'p';
    }

    public long Fits(DateOrder order) => _fits[(int)order];

    public long Best => _fits.Max();

    /// <summary>Steps back in time from one row to the next.</summary>
    public long StepsBack(DateOrder order) => _stepsBack[(int)order];
}
