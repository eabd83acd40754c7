using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Numerics;

public class FieldHashTests
{
    [Fact]
    public void Rows_that_differ_have_hashes_that_differ_and_spread_evenly()
    {
        var seen = new HashSet<ulong>();
        var low = 0;
        for (var i = 0; i < 500_000; i++)
        {
            var hash = Row($"{i % 1000}", "", $"{i / 1000}");
            seen.Add(hash);
            if (hash < ulong.MaxValue / 5) low++;
        }

        Assert.Equal(500_000, seen.Count);
        Assert.InRange(low, 99_000, 101_000);
    }

    [Fact]
    public void Where_a_field_ends_counts_and_so_does_their_order()
    {
        string[][] rows = [["a", "bc"], ["ab", "c"], ["bc", "a"], ["abc", ""], ["", "abc"], ["abc"], ["aaaa"],
            ["aaaaa"], ["aaaaaaaaa"]];

        Assert.Equal(rows.Length, rows.Select(r => Row(r)).Distinct().Count());
    }

    [Fact]
    public void A_hash_never_changes()
    {
        // Traffic assignment depends on these values, which come from another implementation of the formula.
        ulong[] hashes = [Row("1", "red"), Row(""), Row("a text of more than sixteen bytes")];
        Assert.Equal([12375159103805827623UL, 3733470688011919935, 8246844322232435577], hashes);
    }

    private static ulong Row(params string[] fields) =>
        FieldHash.Finish(fields.Aggregate(0UL, (row, f) => FieldHash.Combine(row, FieldHash.Of(CsvText.Utf8(f)))));
}
