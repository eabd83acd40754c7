using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tests.Numerics;

public sealed class ReservoirTests
{
    private const int Size = 20;

    [Fact]
    public void What_fits_is_kept_in_its_order()
    {
        var reservoir = Draw(0, Size);
        Assert.Equal(Enumerable.Range(0, Size), reservoir.Items);
        Assert.Equal(Size, reservoir.Seen);
    }

    [Fact]
    public void Every_item_of_a_stream_has_the_same_chance()
    {
        var kept = new int[200];
        for (var seed = 0UL; seed < 5000; seed++)
        {
            foreach (var item in Draw(0, kept.Length, seed).Items) kept[item]++;
        }

        // 500 each, give or take five standard deviations.
        Assert.All(kept, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void Merged_samples_stand_for_both_streams_by_their_lengths()
    {
        var (sum, ofShort) = (0, 0);
        for (var seed = 0UL; seed < 1000; seed++)
        {
            var merged = Draw(0, 300, seed);
            merged.Add(Draw(1000, 100, seed + 1000));
            Assert.Equal(400, merged.Seen);
            Assert.Equal(Size, merged.Items.Distinct().Count());
            sum += merged.Items.Count;
            ofShort += merged.Items.Count(item => item >= 1000);
        }

        Assert.InRange((double)ofShort / sum, 0.24, 0.26);
    }

    [Fact]
    public void A_replaced_item_is_given_back()
    {
        var reservoir = new Reservoir<string>(1, seed: 1);
        Assert.Null(reservoir.Keep(reservoir.Draw(), "a"));
        var place = -1;
        while (place < 0) place = reservoir.Draw();
        Assert.Equal("a", reservoir.Keep(place, "b"));
        Assert.Equal(["b"], reservoir.Items);
    }

    [Fact]
    public void Items_that_are_kept_out_of_turn_are_all_kept()
    {
        var reservoir = new Reservoir<string>(3, seed: 1);
        var (first, second) = (reservoir.Draw(), reservoir.Draw());
        reservoir.Keep(second, "b");
        reservoir.Keep(first, "a");
        Assert.Equal(["a", "b"], reservoir.Items.Order());
    }

    private static Reservoir<int> Draw(int from, int count, ulong seed = 0)
    {
        var reservoir = new Reservoir<int>(Size, seed);
        foreach (var item in Enumerable.Range(from, count))
        {
            if (reservoir.Draw() is var place and >= 0) reservoir.Keep(place, item);
        }

        return reservoir;
    }
}
