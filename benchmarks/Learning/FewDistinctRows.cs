using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Benchmarks.Learning;

/// <summary>Tables in which most rows have duplicates. The last column is the label, 'yes' or 'no'.</summary>
internal static class FewDistinctRows
{
    public static IEnumerable<(string Name, string Header, IReadOnlyList<string> Rows)> All()
    {
        yield return ("Titanic, 2,201 rows", FewDistinctTables.TitanicHeader, FewDistinctTables.Titanic(copies: 1));
        yield return ("Titanic ten times", FewDistinctTables.TitanicHeader, FewDistinctTables.Titanic(copies: 10));
        yield return ("20 rows a thousand times", "size,colour,y",
        [
            .. Enumerable.Repeat(Small(), 1000).SelectMany(r => r)
        ]);
        yield return (
            "three categories, 20,000 rows", FewDistinctTables.ChurnHeader, FewDistinctTables.Churn(20_000, seed: 7));
    }

    /// <summary>Twenty rows, two of each of ten combinations, with random labels.</summary>
    private static List<string> Small()
    {
        var random = new SplitMix64(11);
        return [.. Enumerable.Range(0, 20).Select(
            i => $"{i % 5},{(i % 2 == 0 ? "red" : "blue")},{(random.NextInt32(5) <= i % 5 ? "yes" : "no")}")];
    }
}
