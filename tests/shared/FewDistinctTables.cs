using System.Globalization;
using Serverless.Learning.Numerics;

namespace Serverless.Tests;

/// <summary>Tables in which most rows are equal to others, the label last and 'yes' or 'no'.</summary>
internal static class FewDistinctTables
{
    public const string TitanicHeader = "class,sex,age,survived";
    public const string ChurnHeader = "device,country,plan,churned";

    /// <summary>
    /// Class, sex, age; how many died and how many survived (Dawson, Journal of Statistics Education 1995).
    /// </summary>
    private const string TitanicCounts = """
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

    public static List<string> Titanic(int copies)
    {
        var rows = TitanicCounts.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(line =>
        {
            var parts = line.Split(',');
            var cell = string.Join(',', parts[..3]);
            return Enumerable.Repeat($"{cell},no", Number(parts[3])).Concat(
                Enumerable.Repeat($"{cell},yes", Number(parts[4])));
        }).ToList();
        return [.. Enumerable.Repeat(rows, copies).SelectMany(r => r)];

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Three additive effects; the best AUC is 0.70.</summary>
    public static List<string> Churn(int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        double[] device = [-0.9, 0, 0.7], plan = [-0.5, 0.1, 0.6], country = [-0.8, -0.3, 0, 0.4, 0.9];
        var rows = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var (d, c, p) = (random.NextInt32(3), random.NextInt32(5), random.NextInt32(3));
            var logit = (0.79 * (device[d] + country[c] + plan[p])) - 0.5;
            rows.Add(
                $"d{d},c{c},p{p},{(random.NextDouble() < 1 / (1 + DeterministicMath.Exp(-logit)) ? "yes" : "no")}");
        }

        return rows;
    }
}
