using System.Globalization;
using System.Text;
using Serverless.Learning.Numerics;

namespace Serverless.Tests;

/// <summary>Small files that a linear model learns in no time.</summary>
internal static class SmallData
{
    public const string Regression = """{"label": "y", "training": {"trainers": ["linear"], "trials": 1}}""";

    /// <summary>As <see cref="Regression"/>, of the newest file by name alone.</summary>
    public const string NewestFile =
        """{"label": "y", "data": {"window": {"files": 1}}, "training": {"trainers": ["linear"], "trials": 1}}""";

    public const string Binary =
        """{"label": "y", "task": "binary", "training": {"trainers": ["linear"], "trials": 1}}""";

    public const string Multiclass =
        """{"label": "y", "task": "multiclass", "training": {"trainers": ["linear"], "trials": 1}}""";

    /// <summary>y is <paramref name="slope"/> times x, give or take a tenth of x's range.</summary>
    public static string Line(double slope, ulong seed = 1, int rows = 200, double from = 0) => Rows(
        seed, rows, from, (x, noise) => ((slope * x) + noise).ToString("0.###", CultureInfo.InvariantCulture));

    /// <summary>The label has nothing to do with x.</summary>
    public static string Noise(ulong seed, int rows = 200) =>
        Rows(seed, rows, 0, (_, noise) => (10 * noise).ToString("0.###", CultureInfo.InvariantCulture));

    /// <summary>The label is the first name for small x, the last one for large x.</summary>
    public static string Classes(ulong seed, params string[] names) => Rows(
        seed, 300, 0, (x, noise) => names[(int)Math.Clamp((x + noise) / 10 * names.Length, 0, names.Length - 1)]);

    /// <summary>A column of every type, an id and one that is ignored; see <see cref="EveryTypeDefinition"/>.</summary>
    public static string EveryType()
    {
        var random = new SplitMix64(1);
        var csv = new StringBuilder("key,day,flag,size,colour,note,y\n");
        string[] colours = ["red", "green", "blue"];
        for (var i = 0; i < 200; i++)
        {
            var (size, flag) = (random.NextDouble() * 10, random.NextInt32(2));
            var day = new DateTime(2026, 1, 1).AddHours(random.NextInt32(5000));
            csv.Append(
                CultureInfo.InvariantCulture,
                $"k{i},{day:yyyy-MM-ddTHH:mm:ssZ},{(flag == 1 ? "true" : "false")},{size:0.##},");
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{colours[random.NextInt32(3)]},n{random.NextInt32(9)},"
                + $"{(3 * size) + flag + random.NextDouble():0.##}\n");
        }

        return csv.ToString();
    }

    public const string EveryTypeDefinition = """
        {
          "label": "y", "id": "key", "task": "regression", "training": {"trainers": ["linear"], "trials": 1},
          "features": [
            {"name": "day", "type": "timestamp"}, {"name": "flag", "type": "boolean"},
            {"name": "size", "type": "numeric", "range": {"min": 0, "max": 10}, "required": true},
            {"name": "colour", "type": "categorical", "values": ["red", "green", "blue"]},
            {"name": "note", "ignored": true}
          ]
        }
        """;

    private static string Rows(ulong seed, int rows, double from, Func<double, double, string> label)
    {
        var random = new SplitMix64(seed);
        var csv = new StringBuilder("x,colour,y\n");
        string[] colours = ["red", "green", "blue"];
        for (var i = 0; i < rows; i++)
        {
            var x = from + (random.NextDouble() * 10);
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{x:0.###},{colours[random.NextInt32(3)]},{label(x, random.NextDouble() - 0.5)}\n");
        }

        return csv.ToString();
    }
}
