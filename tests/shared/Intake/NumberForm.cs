using System.Globalization;

namespace Serverless.Tests.Intake;

internal enum MinusSign
{
    Leading,
    Unicode,
    AfterPrefix,
    Trailing,

    /// <summary>Trailing, with a blank in its place behind what is not below zero.</summary>
    TrailingOrBlank,

    Parentheses,
}

/// <summary>How a program writes numbers.</summary>
/// <param name="Group">Between thousands; empty for none.</param>
/// <param name="Point">Before the decimals.</param>
internal sealed record NumberForm(string Group, string Point, int Decimals)
{
    private const string NoBreak = "\u00A0";
    private const string NarrowNoBreak = "\u202F";

    public static readonly NumberForm Plain = new("", ".", 2);
    public static readonly NumberForm Whole = new("", ".", 0);
    public static readonly NumberForm English = new(",", ".", 2);
    public static readonly NumberForm Indian = English with { Lakh = true };
    public static readonly NumberForm German = new(".", ",", 2);
    public static readonly NumberForm Comma = new("", ",", 2);
    public static readonly NumberForm French = new(NarrowNoBreak, ",", 2);
    public static readonly NumberForm OldFrench = new(NoBreak, ",", 2);
    public static readonly NumberForm Swedish = OldFrench with { Minus = MinusSign.Unicode };
    public static readonly NumberForm Blank = new(" ", ",", 2);
    public static readonly NumberForm Swiss = new("'", ".", 2);
    public static readonly NumberForm CurlySwiss = new("\u2019", ".", 2);
    public static readonly NumberForm Accounting = English with { Minus = MinusSign.Parentheses };
    public static readonly NumberForm Sap = German with { Minus = MinusSign.Trailing };

    public string Prefix { get; init; } = "";

    public string Suffix { get; init; } = "";

    public MinusSign Minus { get; init; }

    /// <summary>Groups of two digits before the last three.</summary>
    public bool Lakh { get; init; }

    public bool IsPercent => Suffix.EndsWith('%');

    /// <summary>The value that is written.</summary>
    public double Round(double value)
    {
        var rounded = double.Parse(Digits(value), CultureInfo.InvariantCulture);
        return value < 0 && rounded != 0 ? -rounded : rounded;
    }

    public string Write(double value)
    {
        var parts = Digits(value).Split('.');
        var number = Grouped(parts[0]) + (parts.Length == 1 ? "" : Point + parts[1]);
        if (value >= 0) return Prefix + number + Suffix + (Minus == MinusSign.TrailingOrBlank ? " " : "");
        return Minus switch
        {
            MinusSign.Unicode => $"\u2212{Prefix}{number}{Suffix}",
            MinusSign.AfterPrefix => $"{Prefix}-{number}{Suffix}",
            MinusSign.Trailing or MinusSign.TrailingOrBlank => $"{Prefix}{number}-{Suffix}",
            MinusSign.Parentheses => $"({Prefix}{number}{Suffix})",
            _ => $"-{Prefix}{number}{Suffix}",
        };
    }

    private string Digits(double value) =>
        Math.Abs(value).ToString("F" + Decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private string Grouped(string whole)
    {
        if (Group.Length == 0) return whole;
        var grouped = "";
        for (var size = 3; whole.Length > size; size = Lakh ? 2 : 3)
        {
            grouped = Group + whole[^size..] + grouped;
            whole = whole[..^size];
        }

        return whole + grouped;
    }
}
