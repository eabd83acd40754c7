using Serverless.Csv.Values;

namespace Serverless.Csv.Cells;

/// <summary>Which part of a date made of numbers comes first.</summary>
public enum DateOrder { YearFirst, DayFirst, MonthFirst }

/// <summary>
/// Dates as people and tools write them: <c>31.12.2025</c>, <c>12/31/2025 09:30 PM</c>, <c>31 déc. 2025</c>,
/// <c>Dec 2025</c>, <c>20251231</c>, <c>2025-12-31 10:20:30 +01:00</c>, <c>… UTC</c>; UTC is the default.
/// </summary>
/// <param name="order">Of day, month and year where numbers stand for all three.</param>
public sealed class DateFormat(DateOrder order) : CellFormat
{
    public DateOrder Order => order;

    public override int Write(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        if (order != DateOrder.YearFirst && WritePlain(cell, to)) return cell.Length;
        if (TimestampText.TryParse(cell, out var ticks)) return IsoText.Write(ticks, to);
        return DateParser.TryParse(cell, order, out ticks) ? IsoText.Write(ticks, to) : -1;
    }

    /// <summary>The order is named only where another one would give other dates.</summary>
    public override string ToString() => order switch
    {
        DateOrder.YearFirst => "dates",
        DateOrder.DayFirst => "dates with the day first",
        _ => "dates with the month first",
    };

    /// <summary>
    /// The path of most cells: <c>31.12.2025</c>, whatever the separators, also with <c>10:20</c> or <c>10:20:30</c>.
    /// </summary>
    private bool WritePlain(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        var hasTime = cell.Length is 16 or 19;
        if ((cell.Length != 10 && !hasTime) || cell[2] != cell[5]) return false;
        if (cell[2] is not ((byte)'.' or (byte)'/' or (byte)'-')) return false;
        var (day, month) = order == DateOrder.DayFirst ? (0, 3) : (3, 0);
        to[0] = cell[6];
        to[1] = cell[7];
        to[2] = cell[8];
        to[3] = cell[9];
        to[4] = to[7] = (byte)'-';
        to[5] = cell[month];
        to[6] = cell[month + 1];
        to[8] = cell[day];
        to[9] = cell[day + 1];
        if (hasTime)
        {
            if (cell[10] != ' ') return false;
            cell[10..].CopyTo(to[10..]);
        }

        return TimestampText.TryParse(to[..cell.Length], out _);
    }
}
