using System.Globalization;

namespace Serverless.Learning.Numerics;

/// <summary>
/// Formats numbers for people: few digits, thousands separators, a real minus sign, the same on every machine.
/// </summary>
public static class NumberFormat
{
    /// <param name="digits">Significant digits.</param>
    public static string Of(double value, int digits = 4)
    {
        if (double.IsNaN(value)) return "–";
        if (!double.IsFinite(value)) return value > 0 ? "∞" : "−∞";
        var size = Math.Abs(value);
        var format = size switch
        {
            0 => "0",
            >= 1e12 or < 1e-4 => "0.##e+0",
            >= 999.5 => "#,0",
            _ => $"G{digits}",
        };

        // Format G would write two digits of 123 as 1.2E+02.
        var text = size.ToString(format, CultureInfo.InvariantCulture);
        if (size < 999.5 && text.Contains('E', StringComparison.Ordinal))
        {
            text = size.ToString("#,0", CultureInfo.InvariantCulture);
        }

        return Signed(value, text);
    }

    public static string Of(long value) =>
        value < 0 ? "−" + Of(-value) : value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Formats numbers shown side by side with the same number of decimals.</summary>
    public static string[] Alike(params double[] values)
    {
        var decimals = values.Where(v => Math.Abs(v) >= 1e-4).Select(v => Decimals(Of(v))).DefaultIfEmpty(0).Max();
        return Array.ConvertAll(values, v => double.IsFinite(v) ? Fixed(v, $"N{decimals}") : Of(v));
    }

    private static string Fixed(double value, string format) =>
        Signed(value, Math.Abs(value).ToString(format, CultureInfo.InvariantCulture));

    private static int Decimals(string text) =>
        text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? text.Length - point - 1 : 0;

    private static string Signed(double value, string size) => value < 0 ? "−" + size : size;

    /// <summary>A share as 12.3 %, 5 %, 100 %.</summary>
    /// <param name="decimals">Fixed number of decimals, for aligned columns; null: at most one.</param>
    public static string Percent(double share, int? decimals = null) =>
        double.IsNaN(share)
            ? "–"
            : (100 * share).ToString(decimals is { } d ? $"F{d}" : "0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>"1 row", "2,790 rows".</summary>
    public static string Count(long count, string noun) => $"{Of(count)} {noun}{(count == 1 ? "" : "s")}";
}
