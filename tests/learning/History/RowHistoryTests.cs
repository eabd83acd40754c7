using Serverless.Learning.Definition;
using Serverless.Learning.History;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tests.History;

/// <summary>Which rows count, held against histories whose truth is known.</summary>
public class RowHistoryTests(ITestOutputHelper output)
{
    private const ulong Seeds = 10;

    private static readonly DataSettings _inferred = new();

    [Theory]
    [InlineData("growing extracts", 9)]
    [InlineData("shuffled extracts", 9)]
    [InlineData("increments", 9)]
    [InlineData("increments of few rows", 5)]
    [InlineData("growing extracts of few rows", 9)]
    [InlineData("rolling windows", 9)]
    [InlineData("rolling windows of few rows", 9)]
    [InlineData("overlapping by a day", 9)]
    [InlineData("overlapping by a day, few rows", 7)]
    [InlineData("extracts, then increments", 9)]
    [InlineData("increments, then an extract", 9)]
    [InlineData("dropped twice with a row more", 9)]
    [InlineData("few rows, dropped twice with a row more", 9)]
    [InlineData("increments of three rows", 5)]
    [InlineData("growing extracts of three rows", 9)]
    [InlineData("increments that grow, of few rows", 0)]
    [InlineData("increments that end within a day", 5)]
    [InlineData("shuffled extracts of few rows", 0)]
    [InlineData("shuffled rolling windows", 0)]
    public void No_history_is_misjudged_in_silence(string kind, int atLeastSureAndRight)
    {
        var (right, sure, silent) = (0, 0, new List<string>());
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var history = GeneratedHistory.Of(kind, seed);
            var result = RowHistory.Of(history.Parts, _inferred);
            var isRight = history.IsRight(result);
            right += isRight ? 1 : 0;
            sure += isRight && result.IsSure ? 1 : 0;
            if (!isRight || !result.IsSure)
            {
                output.WriteLine($"{seed}: right {isRight}, sure {result.IsSure}, truth {history.Truth.Values.Sum()}, "
                    + $"counted {result.Counted}: {result.Message}");
            }

            if (!isRight && result.IsSure) silent.Add($"{kind} {seed}: {result.Message}");
        }

        output.WriteLine($"{kind}: {right} of 10 right, {sure} sure");
        Assert.Empty(silent);
        Assert.True(sure >= atLeastSureAndRight, $"{sure} sure and right, {right} right");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 18)]
    public void Corrections_in_a_growing_extract_are_told(bool hasTime, int values)
    {
        var (before, now) = ChangedHistory(hasTime, values, changed: 7);

        var result = RowHistory.Of([before, now], _inferred);

        Assert.Equal((DataMode.Extract, false), (result.Mode, result.IsSure));
        Assert.Equal(7, result.Parts[1].Changed);
        Assert.Contains("7 rows of the file before are not in it, and similar ones are", result.Message);
        Assert.Contains("data.key", result.Message);
    }

    [Fact]
    public void Corrections_are_told_where_the_mode_is_given()
    {
        var (before, now) = ChangedHistory(hasTime: false, values: 0, changed: 1);

        var result = RowHistory.Of([before, now], new DataSettings { Mode = DataMode.Extract });

        Assert.True(result.IsSure);
        Assert.Contains("1 row of the file before is not in it, and a similar one is", result.Message);
    }

    [Fact]
    public void Rows_that_dropped_out_are_no_corrections_if_none_is_similar()
    {
        var random = new SplitMix64(4);
        ulong[] rows = [.. Enumerable.Range(0, 2000).Select(_ => random.NextUInt64())];
        var halves = rows.Select(r => (Left: r >> 32, Right: r & uint.MaxValue)).ToArray();
        PartRows Part(string name, int from, int to) => new(name, rows[from..to], null, null)
        {
            Similar = [[.. halves[from..to].Select(h => h.Left)], [.. halves[from..to].Select(h => h.Right)]],
            FindsAnyChange = true,
        };

        var result = RowHistory.Of([Part("a", 0, 1500), Part("b", 500, 2000)], _inferred);

        Assert.Equal((2000, true, 0), (result.Counted, result.IsSure, result.Parts[1].Changed));
    }

    [Fact]
    public void An_extract_counts_a_row_as_often_as_one_file_has_it()
    {
        PartRows[] parts = [Part("a", [1, 1, 2]), Part("b", [1, 3, 1, 1, 2]), Part("c", [2, 2, 1])];

        var result = RowHistory.Of(parts, new DataSettings { Mode = DataMode.Extract });

        Assert.Null(result.Parts[0].Rows);
        Assert.Equal([1, 3], result.Parts[1].Rows!);
        Assert.Equal([1], result.Parts[2].Rows!);
        Assert.Equal([0, 3, 2], result.Parts.Select(p => p.Elsewhere));
        Assert.StartsWith("6 of 11 rows of 3 files count.", result.Message);
    }

    [Fact]
    public void Increments_count_whole_also_where_rows_are_equal()
    {
        var result = RowHistory.Of(
            [Part("a", [1, 2, 3]), Part("b", [1, 2, 3, 4])], new DataSettings { Mode = DataMode.Append });

        Assert.Equal((7, true), (result.Counted, result.IsSure));
        Assert.All(result.Parts, p => Assert.Null(p.Rows));
        Assert.Equal("All 7 rows of 2 files count. All files are increments (data.mode).", result.Message);
    }

    [Fact]
    public void What_was_found_out_is_said_with_its_reason_and_remedy()
    {
        var history = GeneratedHistory.Of("growing extracts of few rows", 2);

        var message = RowHistory.Of(history.Parts, _inferred).Message;

        Assert.Matches(
            @"^[\d,]+ of [\d,]+ rows of \d files count\. 'part-\d\.csv' repeats [\d,]+ of its [\d,]+ rows, all rows of "
                + @"earlier files in their order\. If that is wrong, set data\.mode in model\.json: append if all rows "
                + @"are new, extract if files repeat earlier rows\.$",
            message);
    }

    [Fact]
    public void One_file_and_none_are_histories_too()
    {
        Assert.Equal("All 2 rows of 1 file count.", RowHistory.Of([Part("a", [1, 1])], _inferred).Message);
        Assert.Equal((0, true), (RowHistory.Of([], _inferred).Counted, RowHistory.Of([], _inferred).IsSure));
        Assert.Equal(1, RowHistory.Of([Part("a", []), Part("b", [5]), Part("c", [])], _inferred).Counted);
    }

    private static PartRows Part(string name, ulong[] rows) => new(name, rows, null, null);

    /// <summary>A file, and one that has grown and in which rows have changed.</summary>
    private static (PartRows Before, PartRows Now) ChangedHistory(bool hasTime, int values, int changed)
    {
        var random = new SplitMix64(11);
        ulong Next() => values == 0 ? random.NextUInt64() : (ulong)random.NextInt32(values);
        ulong[] before = [.. Enumerable.Range(0, 900).Select(_ => Next())];
        ulong[] now = [.. before, .. Enumerable.Range(0, 300).Select(_ => Next())];
        for (var i = 0; i < changed; i++) now[50 + (i * 100)] ^= 64;
        long[]? Times(int rows) => hasTime ? [.. Enumerable.Range(0, rows).Select(i => (long)i)] : null;
        return (new PartRows("a.csv", before, null, Times(900)), new PartRows("b.csv", now, null, Times(1200)));
    }
}
