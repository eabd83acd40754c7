namespace Serverless.Learning.Changes;

/// <summary>A way in which numbers change when their unit does: times a factor, after an offset is taken off.</summary>
/// <param name="Name">What could have happened, for people.</param>
internal sealed record UnitConversion(string Name, double Factor, double Offset = 0)
{
    /// <summary>
    /// Usual ones, each also the other way round. Definitions: BIPM, 'The International System of Units' (2019), and
    /// NIST Special Publication 811.
    /// </summary>
    public static IReadOnlyList<UnitConversion> All { get; } =
    [
        .. Powers(), .. Both("feet", "metres", 0.3048), .. Both("miles", "kilometres", 1.609344),
        .. Both("yards", "metres", 0.9144), .. Both("inches", "centimetres", 2.54),
        .. Both("inches", "millimetres", 25.4), .. Both("nautical miles", "kilometres", 1.852),
        .. Both("pounds", "kilograms", 0.45359237), .. Both("ounces", "grams", 28.349523125),
        .. Both("US gallons", "litres", 3.785411784), .. Both("metres per second", "kilometres per hour", 3.6),
        .. Both("knots", "metres per second", 1852.0 / 3600), .. Both("miles per hour", "metres per second", 0.44704),
        .. Both("pounds per square inch", "kilopascals", 6.894757),
        .. Both("inches of mercury", "hectopascals", 33.86389),
        .. Both("kilocalories", "kilojoules", 4.184), .. Both("minutes", "seconds", 60),
        .. Both("hours", "seconds", 3600), .. Both("days", "hours", 24), .. Both("days", "minutes", 1440),
        .. Both("days", "seconds", 86_400), .. Both("gibibytes", "bytes", 1L << 30),
        .. Both("mebibytes", "bytes", 1 << 20), .. Both("kibibytes", "bytes", 1024),
        new("from degrees Fahrenheit to Celsius", 1 / 1.8, 32),
        new("from degrees Celsius to Fahrenheit", 1.8, -32 / 1.8),
        new("from degrees Celsius to kelvins", 1, -273.15), new("from kelvins to degrees Celsius", 1, 273.15),
    ];

    /// <summary>A factor that data grow or shrink by without an error only in exceptional cases.</summary>
    public bool IsLarge => Offset == 0 && Size >= 8;

    /// <summary>The factor, or one by it where it is below 1.</summary>
    public double Size => Math.Max(Factor, 1 / Factor);

    /// <summary>Undoes the conversion.</summary>
    public double Undo(double value) => (value / Factor) + Offset;

    private static IEnumerable<UnitConversion> Powers()
    {
        for (var factor = 10.0; factor <= 1e9; factor *= 10)
        {
            yield return new UnitConversion($"multiplied by {factor:N0}", factor);
            yield return new UnitConversion($"divided by {factor:N0}", 1 / factor);
        }
    }

    private static IEnumerable<UnitConversion> Both(string one, string other, double factor) =>
        [new($"from {one} to {other}", factor), new($"from {other} to {one}", 1 / factor)];
}
