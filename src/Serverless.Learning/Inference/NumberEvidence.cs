using System.Text;
using Serverless.Csv.Cells;

namespace Serverless.Learning.Inference;

/// <summary>Counts which notations of numbers a column's cells fit.</summary>
internal sealed class NumberEvidence
{
    private const int MaxUnits = 8;

    /// <summary>As many cells, and as large a share of the numbers, must have a unit.</summary>
    private const int MinUnits = 3;
    private const double MinUnitShare = 0.05;

    private readonly List<Unit> _units = [];

    /// <summary>Cells that are numbers in any notation, with any unit.</summary>
    public long Cells { get; private set; }

    /// <summary>Cells that are numbers with a decimal comma only.</summary>
    public long CommaOnly { get; private set; }

    /// <summary>Cells that are numbers with a decimal point only.</summary>
    public long PointOnly { get; private set; }

    /// <summary>A cell that is one number with a decimal point, and another with a decimal comma.</summary>
    public string? Ambiguous { get; private set; }

    public WordCounts Others { get; } = new();

    public void Add(ReadOnlySpan<byte> cell)
    {
        if (!NumberShape.TryRead(cell, out var shape))
        {
            Others.Add(cell);
            return;
        }

        Cells++;
        if (!shape.WithComma) PointOnly++;
        else if (!shape.WithPoint) CommaOnly++;
        else if (cell.IndexOfAny((byte)',', (byte)'.') >= 0) Ambiguous ??= Encoding.UTF8.GetString(cell);
        CountUnit(shape);
    }

    /// <summary>Cells that fit the notation with this decimal sign and the most frequent unit.</summary>
    public long Fits(char decimalSign)
    {
        var main = MainUnit();
        return _units.Where(u => u.IsNone || u == main).Sum(u => decimalSign == ',' ? u.WithComma : u.WithPoint);
    }

    /// <summary>The units of the numbers, the most frequent first; empty for numbers without one.</summary>
    public IEnumerable<string> Units =>
        _units.OrderByDescending(u => u.Cells).Select(u => Encoding.UTF8.GetString([.. u.Prefix, .. u.Suffix]));

    /// <summary>
    /// Whether the numbers are amounts, not codes such as <c>7a</c>: with fractions, or a unit that is a sign.
    /// </summary>
    public bool AreAmounts => PointOnly + CommaOnly > 0 || Units.Any(u => u.Any(c => !char.IsLetter(c)));

    public NumberFormat ToFormat(char decimalSign)
    {
        var main = MainUnit();
        return new NumberFormat(
            decimalSign, Encoding.UTF8.GetString(main?.Prefix ?? []), Encoding.UTF8.GetString(main?.Suffix ?? []));
    }

    /// <summary>The most frequent unit; a rare one is a typo.</summary>
    private Unit? MainUnit() => _units.Where(u => !u.IsNone).MaxBy(u => u.Cells) is { } main
        && main.Cells >= MinUnits && main.Cells >= MinUnitShare * _units.Sum(u => u.Cells) ? main : null;

    private void CountUnit(NumberShape shape)
    {
        var unit = Find(shape);
        if (unit is null)
        {
            if (_units.Count == MaxUnits) return;
            _units.Add(unit = new Unit(shape.Prefix.ToArray(), shape.Suffix.ToArray()));
        }

        unit.Cells++;
        if (shape.WithPoint) unit.WithPoint++;
        if (shape.WithComma) unit.WithComma++;
    }

    private Unit? Find(NumberShape shape)
    {
        foreach (var unit in _units)
        {
            if (shape.Prefix.SequenceEqual(unit.Prefix) && shape.Suffix.SequenceEqual(unit.Suffix)) return unit;
        }

        return null;
    }

    private sealed class Unit(byte[] prefix, byte[] suffix)
    {
        public byte[] Prefix => prefix;

        public byte[] Suffix => suffix;

        public bool IsNone => prefix.Length + suffix.Length == 0;

        public long Cells { get; set; }

        public long WithPoint { get; set; }

        public long WithComma { get; set; }
    }
}
