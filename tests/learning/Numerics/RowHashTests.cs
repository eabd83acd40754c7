using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tests.Numerics;

public class RowHashTests
{
    [Fact]
    public void Rows_that_differ_have_hashes_that_differ_and_spread_evenly()
    {
        var seen = new HashSet<ulong>();
        var low = 0;
        for (var i = 0; i < 500_000; i++)
        {
            var hash = Row(BitConverter.SingleToUInt32Bits(i % 1000), 0, BitConverter.SingleToUInt32Bits(i / 1000));
            seen.Add(hash);
            if (hash < ulong.MaxValue / 5) low++;
        }

        Assert.Equal(500_000, seen.Count);
        Assert.InRange(low, 99_000, 101_000);
    }

    [Fact]
    public void The_order_of_values_counts()
    {
        ulong[][] rows = [[1, 2], [2, 1], [1], [2], [0, 1], [0, 2], [1, 0, 2], [3], [0, 3]];

        Assert.Equal(rows.Length, rows.Select(r => Row(r)).Distinct().Count());
    }

    [Fact]
    public void A_hash_never_changes()
    {
        // Splits of old versions depend on these values, which come from another implementation of the formula.
        ulong[] hashes = [Row(1, 0x3FC00000), Row(0), Row(0xFFFFFFFFFFFFFFFF, 5, 638000000000000000)];
        Assert.Equal([8860662653964799787UL, 0, 14640782642403379845], hashes);
    }

    [Fact]
    public void Many_numbers_are_added_as_one_by_one()
    {
        float[] values = [.. Enumerable.Range(0, 21).Select(i => (i - 7) / 3f), float.NaN];
        ulong[] hashes = [.. values.Select((_, i) => (ulong)i * 0x1234567890ABCDEF)];
        var expected = hashes.Zip(
            values, (hash, value) => hash + RowHash.Of(BitConverter.SingleToUInt32Bits(value), RowHash.Key(3)));

        ulong[] added = [.. hashes];
        RowHash.Add(values, RowHash.Key(3), added);

        Assert.Equal(expected, added);
    }

    private static ulong Row(params ulong[] values)
    {
        ulong sum = 0;
        for (var i = 0; i < values.Length; i++) sum += RowHash.Of(values[i], RowHash.Key(i));
        return RowHash.Finish(sum);
    }
}
