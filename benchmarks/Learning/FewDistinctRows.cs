using System.Globalization;
using Serverless.Learning.Numerics;

namespace Serverless.Benchmarks.Learning;

/// <summary>Tables in which most rows have duplicates. The last column is the label, 'yes' or 'no'.</summary>
internal static class FewDistinctRows
{
    /// <summary>
    /// Class, sex, age; numbers of dead and of survivors (Dawson, Journal of Statistics Education 1995).
    /// </summary>
    private const string Titanic = """
        1st,male,adult,118,57
        1st,female,adult,4,140
        1st,male,child,0,5
        1st,female,child,0,1
        2nd,male,adult,154,14
        2nd,female,adult,13,80
        2nd,male,child,0,11
        2nd,female,child,0,13
        3rd,male,adult,387,75
        3rd,female,adult,89,76
        3rd,male,child,35,13
        3rd,female,child,17,14
        crew,male,adult,670,192
        crew,female,adult,3,20
        """;

    public static IEnumerable<(string Name, string Header, IReadOnlyList<string> Rows)> All()
    {
        var titanic = TitanicRows();
        yield return ("Titanic, 2,201 rows", "class,sex,age,survived", titanic);
        yield return ("Titanic ten times", "class,sex,age,survived", Repeat(titanic, 10));
        yield return ("20 rows a thousand times", "size,colour,y", Repeat(Small(), 1000));
        yield return ("three categories, 20,000 rows", "device,country,plan,churned", Churn());
    }

    private static string[] Repeat(IReadOnlyList<string> rows, int times) =>
        [.. Enumerable.Repeat(rows, times).SelectMany(r => r)];

    private static List<string> TitanicRows()
    {
        var rows = new List<string>();
        foreach (var line in Titanic.Split(
            '\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(',');
            var cell = string.Join(',', parts[..3]);
            rows.AddRange(Enumerable.Repeat($"{cell},no", int.Parse(parts[3], CultureInfo.InvariantCulture)));
            rows.AddRange(Enumerable.Repeat($"{cell},yes", int.Parse(parts[4], CultureInfo.InvariantCulture)));
        }

        return rows;
    }

    /// <summary>Twenty rows, two of each of ten combinations, with random labels.</summary>
    private static List<string> Small()
    {
        var random = new SplitMix64(11);
        return [.. Enumerable.Range(0, 20).Select(
            i => $"{i % 5},{(i % 2 == 0 ? "red" : "blue")},{(random.NextInt32(5) <= i % 5 ? "yes" : "no")}")];
    }

    /// <summary>Rows with three additive effects; the best possible AUC is 0.70.</summary>
    private static List<string> Churn()
    {
        var random = new SplitMix64(7);
        double[] device = [-0.9, 0, 0.7], country = [-0.8, -0.3, 0, 0.4, 0.9], plan = [-0.5, 0.1, 0.6];
        var rows = new List<string>();
        for (var i = 0; i < 20_000; i++)
        {
            var (d, c, p) = (random.NextInt32(3), random.NextInt32(5), random.NextInt32(3));
            var logit = (0.79 * (device[d] + country[c] + plan[p])) - 0.5;
            rows.Add(
                $"d{d},c{c},p{p},{(random.NextDouble() < 1 / (1 + DeterministicMath.Exp(-logit)) ? "yes" : "no")}");
        }

        return rows;
    }
}
