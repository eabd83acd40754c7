using Serverless.Learning.Definition;
using Serverless.Learning.History;

namespace Serverless.Learning.Tests.History;

/// <summary><c>data.window</c>: how far back a run learns.</summary>
public class HistoryWindowTests
{
    private static readonly long _start = new DateTime(2024, 1, 31, 0, 0, 0, DateTimeKind.Utc).Ticks;

    [Fact]
    public void Only_the_newest_files_count()
    {
        var result = Of([Part("a", 0, 3), Part("b", 3, 3), Part("c", 6, 3)], new DataWindow { Files = 2 });

        Assert.Equal([0, 3, 3], result.Parts.Select(p => p.Counted));
        Assert.Equal(3, result.Parts[0].OutsideWindow);
        Assert.Contains("6 of 9 rows of 3 files count, as data.window leaves out 3.", result.Message);
    }

    [Fact]
    public void A_row_that_only_a_file_outside_repeats_counts_inside()
    {
        var result = RowHistory.Of(
            [Part("a", 0, 3), Part("b", 0, 5)],
            new DataSettings { Mode = DataMode.Extract, Window = new DataWindow { Files = 1 } });

        Assert.Equal([0, 5], result.Parts.Select(p => p.Counted));
    }

    [Fact]
    public void Since_is_counted_back_from_the_newest_row()
    {
        var result = Of([Part("a", 0, 30), Part("b", 30, 31)], new DataWindow { Since = "P1M" });

        // The newest row is of 31 March, a month before is 29 February.
        Assert.Equal(Enumerable.Range(29, 1), result.Parts[0].Rows!);
        Assert.Equal((1, 31), (result.Parts[0].Counted, result.Parts[1].Counted));
    }

    [Fact]
    public void Since_says_where_it_has_no_effect()
    {
        var result = Of([Part("a", 0, 3) with { Times = null }], new DataWindow { Since = "P1M" });

        Assert.Equal(3, result.Counted);
        Assert.EndsWith(
            "data.window.since ('P1M') has no effect, as rows have no time: name it in time.", result.Message);
        Assert.Equal(3, Of([Part("a", 0, 3) with { AreTicks = false }], new DataWindow { Since = "P1D" }).Counted);
    }

    [Theory]
    [InlineData(null, new[] { 3, 4 }, new[] { 1 })]
    [InlineData(DataOrder.Name, new[] { 4 }, new[] { 0, 1 })]
    public void The_newest_rows_count_by_time_or_by_file(DataOrder? order, int[] first, int[] second)
    {
        // The second file is older but for its last row.
        PartRows[] parts =
        [
            new("a", [1, 2, 3, 4, 5], null, [1, 2, 9, 9, 9]), new("b", [6, 7], null, [3, 10]),
        ];

        var result = RowHistory.Of(
            parts, new DataSettings { Mode = DataMode.Append, Order = order, Window = new DataWindow { Rows = 3 } });

        Assert.Equal(first, result.Parts[0].Rows!);
        Assert.Equal(second, result.Parts[1].Rows ?? [0, 1]);
    }

    [Fact]
    public void All_limits_that_are_given_hold()
    {
        var result = Of(
            [Part("a", 0, 9), Part("b", 9, 9), Part("c", 18, 9)],
            new DataWindow { Files = 2, Since = "P12D", Rows = 10 });

        Assert.Equal([0, 1, 9], result.Parts.Select(p => p.Counted));
    }

    private static HistoryResult Of(PartRows[] parts, DataWindow window) =>
        RowHistory.Of(parts, new DataSettings { Window = window });

    /// <summary>A row a day.</summary>
    private static PartRows Part(string name, int from, int count) => new(
        name, [.. Enumerable.Range(from, count).Select(i => (ulong)i)], null,
        [.. Enumerable.Range(from, count).Select(i => _start + (i * TimeSpan.TicksPerDay))]);
}
