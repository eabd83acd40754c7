using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Splits;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Tests.Splits;

public class HoldoutSplitTests
{
    private static readonly ValidationSettings Settings = new();

    private static ulong[] Hashes(int rows, ulong seed = 1)
    {
        var random = new SplitMix64(seed);
        var hashes = new ulong[rows];
        for (var i = 0; i < rows; i++) hashes[i] = random.NextUInt64();
        return hashes;
    }

    private static void AssertPartition(HoldoutSplit split, int rows)
    {
        Assert.Null(split.Refusal);
        Assert.Equal(Enumerable.Range(0, rows), split.Train.Concat(split.Validation).Concat(split.Holdout).Order());
        Assert.NotEmpty(split.Train);
        Assert.NotEmpty(split.Validation);
        Assert.NotEmpty(split.Holdout);
    }

    [Fact]
    public void Every_row_is_in_one_part_of_the_requested_share()
    {
        var split = HoldoutSplit.Of(Hashes(20_000), null, new ValidationSettings { Holdout = 0.3 }, seed: 42);
        AssertPartition(split, 20_000);
        Assert.Equal(6000, split.Holdout.Length, 200.0);
        Assert.Equal(14_000 * 0.15, split.Validation.Length, 150.0);
    }

    [Fact]
    public void A_row_stays_on_its_side_and_duplicates_stay_together()
    {
        var hashes = Hashes(3000);
        ulong[] later = [.. Hashes(500, seed: 2), .. hashes, .. hashes];
        var split = HoldoutSplit.Of(hashes, null, Settings, seed: 42);
        var again = HoldoutSplit.Of(later, null, Settings, seed: 42);

        Assert.Equal(Sides(hashes, split), Sides(later[500..3500], again, 500));
        Assert.Equal(Sides(hashes, split), Sides(later[3500..], again, 3500));
        Assert.NotEqual(Sides(hashes, split), Sides(hashes, HoldoutSplit.Of(hashes, null, Settings, seed: 43)));
    }

    private static IEnumerable<int> Sides(ulong[] hashes, HoldoutSplit split, int from = 0)
    {
        var (holdout, validation) = (split.Holdout.ToHashSet(), split.Validation.ToHashSet());
        return [.. hashes.Select((_, i) => holdout.Contains(i + from) ? 2 : validation.Contains(i + from) ? 1 : 0)];
    }

    [Fact]
    public void Ten_different_rows_are_enough_for_every_seed()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            AssertPartition(HoldoutSplit.Of(Hashes(10), null, new ValidationSettings { Holdout = 0.05 }, seed), 10);
            AssertPartition(HoldoutSplit.Of(Hashes(10), null, new ValidationSettings { Holdout = 0.5 }, seed), 10);
        }
    }

    [Fact]
    public void Three_different_rows_among_many_are_enough_and_two_are_refused()
    {
        ulong[] three = [.. Enumerable.Repeat(7UL, 50), 8, 8, 9];
        for (var seed = 0; seed < 100; seed++) AssertPartition(HoldoutSplit.Of(three, null, Settings, seed), 53);

        var split = HoldoutSplit.Of([.. Enumerable.Repeat(7UL, 50), 8], null, Settings, seed: 42);
        Assert.Contains("Too many rows are the same", split.Refusal, StringComparison.Ordinal);
        Assert.Empty(split.Train);
    }

    [Fact]
    public void Nine_rows_are_refused_with_how_many_are_needed() =>
        Assert.Equal(
            "At least 10 rows are needed to train on some and judge on others, found 9.",
            HoldoutSplit.Of(Hashes(9), null, Settings, seed: 42).Refusal);

    [Fact]
    public void With_times_the_newest_rows_are_held_out_in_order_of_time()
    {
        var random = new SplitMix64(5);
        var ticks = Enumerable.Range(0, 1000).Select(i => (long)i).ToArray();
        for (var i = ticks.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (ticks[i], ticks[j]) = (ticks[j], ticks[i]);
        }

        var split = HoldoutSplit.Of(Hashes(1000), ticks, Settings, seed: 42);
        AssertPartition(split, 1000);
        Assert.Equal(Enumerable.Range(800, 200).Select(i => (long)i), split.Holdout.Select(r => ticks[r]));
    }

    [Fact]
    public void Equal_times_at_the_border_stay_together_on_the_nearer_side()
    {
        // 20 % of 100 rows is 20: 18 are newer than time 1, and 42 with it included; then 22 or 12.
        Assert.Equal(18, HeldOut([.. Times(0, 58), .. Times(1, 24), .. Times(2, 18)]));
        Assert.Equal(22, HeldOut([.. Times(0, 78), .. Times(1, 10), .. Times(2, 12)]));
        // All but the oldest share one time, and the oldest must remain for training.
        Assert.Equal(97, HeldOut([.. Times(0, 3), .. Times(1, 97)]));
        Assert.Equal(3, HeldOut([.. Times(0, 97), .. Times(1, 3)]));

        static IEnumerable<long> Times(long time, int count) => Enumerable.Repeat(time, count);

        static int HeldOut(long[] ticks)
        {
            var split = HoldoutSplit.Of(Hashes(ticks.Length), ticks, Settings, seed: 42);
            AssertPartition(split, ticks.Length);
            return split.Holdout.Length;
        }
    }

    [Fact]
    public void Rows_without_a_time_are_never_held_out()
    {
        var ticks = Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? TimestampColumn.Missing : i).ToArray();
        var split = HoldoutSplit.Of(Hashes(100), ticks, Settings, seed: 42);
        AssertPartition(split, 100);
        Assert.Equal([81, 83, 85, 87, 89, 91, 93, 95, 97, 99], split.Holdout);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(TimestampColumn.Missing)]
    public void A_time_column_that_orders_nothing_is_refused(long time)
    {
        var split = HoldoutSplit.Of(Hashes(100), Enumerable.Repeat(time, 100).ToArray(), Settings, seed: 42);
        Assert.Contains("fewer than two different times", split.Refusal, StringComparison.Ordinal);
    }
}
