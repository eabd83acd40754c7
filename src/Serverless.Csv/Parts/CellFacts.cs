using System.Buffers.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Parts;

/// <summary>
/// Finds the type in which all cells of a column can be stored and mean the same when they are read again. What fits no
/// type is text.
/// </summary>
internal sealed class CellFacts(CellKind kind)
{
    /// <summary>Beyond it a double does not hold every whole number.</summary>
    private const double MaxWhole = 1L << 53;

    private bool _isNumber = kind is CellKind.Any or CellKind.Number;
    private bool _isWhole = true;
    private bool _isExact = true;
    private bool _isMoment = kind is CellKind.Any or CellKind.Moment;
    private bool _isDay = true;
    private bool _isEmpty = true;

    public PartType Type => (_isEmpty, kind) switch
    {
        (true, CellKind.Number) => PartType.Number,
        (true, CellKind.Moment) => PartType.Moment,
        (true, _) => PartType.Text,
        _ when _isNumber => _isWhole ? PartType.Whole : _isExact ? PartType.Number : PartType.Text,
        _ when _isMoment => _isDay ? PartType.Day : PartType.Moment,
        _ => PartType.Text,
    };

    public static bool IsMissing(ReadOnlySpan<byte> cell, CellKind kind) =>
        kind == CellKind.MarkOrBlank ? cell.IsEmpty : MissingText.Is(cell);

    public void Add(ReadOnlySpan<byte> cell)
    {
        if ((!_isNumber && !_isMoment && !_isEmpty) || IsMissing(cell, kind)) return;
        _isEmpty = false;
        if (_isNumber) AddNumber(cell);
        if (_isMoment) AddMoment(cell);
    }

    /// <summary>Whether the text is the one in which the whole number is written again.</summary>
    internal static bool TryWhole(ReadOnlySpan<byte> cell, out long value)
    {
        var digits = cell.Length > 0 && cell[0] == '-' ? cell[1..] : cell;
        value = 0;
        if (digits.IsEmpty || (digits[0] == '0' && cell.Length > 1)) return false;
        return !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(cell, out value, out var read) && read == cell.Length;
    }

    private void AddNumber(ReadOnlySpan<byte> cell)
    {
        if (!Utf8NumberParser.TryParse(cell, out var number) || !double.IsFinite(number))
        {
            _isNumber = false;
            return;
        }

        _isWhole = _isWhole && TryWhole(cell, out _);
        if (Math.Abs(number) > MaxWhole && !cell.ContainsAny((byte)'e', (byte)'E', (byte)'.')) _isExact = false;

        // Keeps codes such as postcodes as text, unless model.json declares them numbers.
        if (kind == CellKind.Any && cell is [(byte)'0', >= (byte)'0' and <= (byte)'9', ..]) _isNumber = false;
    }

    private void AddMoment(ReadOnlySpan<byte> cell)
    {
        _isMoment = TimestampText.TryParse(cell, out var ticks) && ticks % TimeSpan.TicksPerMicrosecond == 0;
        _isDay = _isDay && ticks % TimeSpan.TicksPerDay == 0;
    }
}
