using System.Globalization;
using Serverless.Learning.Numerics;

namespace Serverless.Tests.Changes;

/// <summary>Files that follow one another with nothing wrong, though with seasons, growth and new values.</summary>
internal static class GeneratedFiles
{
    private static readonly DateTime Start = new(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Each draws so many files of one source, in order of time.</summary>
    public static IReadOnlyList<(string Name, Func<SplitMix64, int, ChangeTable[]> Draw)> All { get; } =
    [
        ("sales", Sales), ("sensor", Sensor), ("survey", Survey), ("claims", Claims), ("clicks", Clicks),
    ];

    /// <summary>A season, prices that grow by a tenth per file, an order number that counts up.</summary>
    private static ChangeTable[] Sales(SplitMix64 random, int files) => Draw(
        ["order", "date", "month", "region", "price", "promotion", "units"], files, 900, row =>
        {
            var date = Start.AddHours(row * 2.5);
            var price = Math.Round(Math.Exp(2 + (0.5 * Normal(random))) * Math.Pow(1.1, row / 900.0), 2);
            var promotion = random.NextInt32(10) == 0;
            var season = 1 + (0.5 * Math.Sin(date.DayOfYear / 58.0));
            var units = Math.Round((season * 40 / Math.Sqrt(price)) + (promotion ? 10 : 0) + random.NextInt32(5));
            return [$"{10_000 + row}", $"{date:yyyy-MM-ddTHH:mm:ssZ}", $"{date.Month}", $"R{random.NextInt32(6)}",
                Text(price), promotion ? "yes" : "no", Text(units)];
        });

    /// <summary>Temperatures of days and seasons, a slow random walk, a label that depends on both.</summary>
    private static ChangeTable[] Sensor(SplitMix64 random, int files)
    {
        var level = 50.0;
        return Draw(["time", "temperature", "level", "state", "load"], files, 1_200, row =>
        {
            level += Normal(random);
            var time = Start.AddHours(row);
            var temperature = 12 - (10 * Math.Cos(time.DayOfYear / 58.1)) + (4 * Math.Sin(row / 3.82)) + Normal(random);
            var load = 100 + (3 * temperature) + level + (5 * Normal(random));
            return [$"{time:yyyy-MM-dd HH:mm}", Text(Math.Round(temperature, 1)), Text(Math.Round(level, 2)),
                random.NextInt32(50) == 0 ? "fault" : "ok", Text(Math.Round(load, 1))];
        });
    }

    /// <summary>Few different rows: each answer is one of a few, and rows repeat by chance.</summary>
    private static ChangeTable[] Survey(SplitMix64 random, int files) => Draw(
        ["age_group", "visits", "member", "satisfied"], files, 700, _ =>
        {
            var (age, visits, isMember) = (random.NextInt32(5), random.NextInt32(4), random.NextInt32(3) == 0);
            var isSatisfied = random.NextDouble() < 0.3 + (0.1 * visits) + (isMember ? 0.2 : 0);
            return [$"{20 + (10 * age)}s", $"{visits}", isMember ? "true" : "false", isSatisfied ? "yes" : "no"];
        });

    /// <summary>Amounts that are mostly zero, with a heavy tail; columns that are nearly always the same.</summary>
    private static ChangeTable[] Claims(SplitMix64 random, int files) => Draw(
        ["paid", "reserve", "injury", "fax", "year_built", "fraud"], files, 800, _ =>
        {
            var paid = random.NextInt32(5) > 0 ? 0 : Math.Round(Math.Exp(6 + (1.5 * Normal(random))));
            var reserve = random.NextInt32(3) > 0 ? 0 : Math.Round(Math.Exp(7 + Normal(random)));
            var isFraud = random.NextDouble() < (paid > 500 ? 0.4 : 0.05);
            return [Text(paid), Text(reserve), random.NextInt32(400) == 0 ? "1" : "0",
                random.NextInt32(300) == 0 ? "A7" : "", $"{1900 + random.NextInt32(120)}", isFraud ? "1" : "0"];
        });

    /// <summary>Pages of which new ones come with every file, users who return, a rare label.</summary>
    private static ChangeTable[] Clicks(SplitMix64 random, int files) => Draw(
        ["user_id", "page", "device", "seconds", "bought"], files, 1_000, row =>
        {
            var page = (int)Math.Exp(random.NextDouble() * Math.Log(80 + (row / 50.0)));
            var seconds = Math.Round(-60 * Math.Log(1 - random.NextDouble()), 1);
            var hasBought = random.NextDouble() < 0.02 + Math.Min(0.3, seconds / 600);
            return [$"u{random.NextInt32(3_000)}", $"/p/{page}", new[] { "phone", "desktop", "tablet" }[
                Math.Min(random.NextInt32(3), random.NextInt32(3))], Text(seconds), hasBought ? "yes" : "no"];
        });

    private static ChangeTable[] Draw(string[] names, int files, int rows, Func<int, string[]> row) =>
        [.. Enumerable.Range(0, files).Select(f =>
            new ChangeTable(names, [.. Enumerable.Range(f * rows, rows).Select(row)]))];

    /// <summary>A normal number (Box and Muller, 1958).</summary>
    private static double Normal(SplitMix64 random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
