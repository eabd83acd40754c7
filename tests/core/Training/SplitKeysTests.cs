using System.Globalization;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Splits;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public class SplitKeysTests
{
    [Fact]
    public void Equal_rows_are_spread_over_all_parts_in_proportion_for_every_seed()
    {
        // Fourteen contents, from 40 to 4,000 rows each.
        ulong[] contents =
        [
            .. Enumerable.Range(0, 14).SelectMany(c => Enumerable.Repeat(SplitMix64.Mix((ulong)c), 40 + (c * c * 23)))
        ];
        var keys = SplitKeys.Of(contents, areIds: false, threads: 1);
        Assert.Equal(contents.Length, keys.Distinct().Count());
        for (var seed = 0; seed < 50; seed++)
        {
            var split = HoldoutSplit.Of(keys, null, new ValidationSettings(), seed);
            foreach (var group in split.Holdout.GroupBy(r => contents[r]))
            {
                var count = contents.Count(c => c == group.Key);
                // Five standard errors: of 700 shares one is beyond them once in 2,500 times.
                Assert.Equal(0.2 * count, group.Count(), 5 * Math.Sqrt(0.16 * count));
            }
        }
    }

    [Fact]
    public void A_row_seen_first_in_a_later_file_has_the_same_key_whatever_else_is_there()
    {
        var random = new SplitMix64(3);
        ulong[] file = [.. Enumerable.Range(0, 5000).Select(_ => random.NextUInt64()), 7, 7, 7];
        ulong[] later = [.. Enumerable.Range(0, 3000).Select(_ => random.NextUInt64()), .. file.Reverse()];
        var keys = SplitKeys.Of(file, areIds: false, threads: 1);
        var again = SplitKeys.Of(later, areIds: false, threads: 1);

        Assert.Equal(keys[..5000], again[^5000..].Reverse());
        // The first, second and third of these, in the order of each file.
        Assert.Equal(keys[5000..], again[3000..3003]);
    }

    [Fact]
    public void Keys_do_not_depend_on_the_number_of_threads()
    {
        var random = new SplitMix64(4);
        ulong[] contents =
        [
            .. Enumerable.Range(0, 100_000).Select(_ => SplitMix64.Mix((ulong)random.NextInt32(40_000)))
        ];
        ulong[] doubled = [.. contents.Distinct(), .. contents.Distinct()];
        foreach (var rows in new[] { contents, doubled })
        {
            var keys = SplitKeys.Of(rows, areIds: false, threads: 1);
            for (var threads = 2; threads <= 5; threads++)
            {
                Assert.Equal(keys, SplitKeys.Of(rows, areIds: false, threads));
            }
        }
    }

    [Theory]
    [InlineData(5000, 2, 0)]
    [InlineData(5000, 3, 0)]
    [InlineData(2000, 10, 0)]
    [InlineData(5000, 2, 5000)]
    [InlineData(1000, 2, 9000)]
    public void Copies_that_chance_does_not_explain_stay_together(int rows, int copies, int single)
    {
        var random = new SplitMix64(5);
        ulong[] table = [.. Enumerable.Range(0, rows).Select(_ => random.NextUInt64())];
        ulong[] contents =
        [
            .. Enumerable.Repeat(table, copies).SelectMany(t => t),
            .. Enumerable.Range(0, single).Select(_ => random.NextUInt64())
        ];
        Assert.Equal(contents, SplitKeys.Of(contents, areIds: false, threads: 2));
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(20_000)]
    [InlineData(5000)]
    [InlineData(500)]
    public void Rows_that_are_equal_by_chance_are_spread_however_often_that_is(int cells)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            // Some combinations are up to a hundred times as frequent as others.
            var random = new SplitMix64(SplitMix64.Mix(seed));
            ulong[] contents = [.. Enumerable.Range(0, 30_000).Select(
                _ => SplitMix64.Mix((ulong)(cells * Math.Pow(random.NextDouble(), 2))))];
            Assert.Equal(contents.Length, SplitKeys.Of(contents, areIds: false, threads: 1).Distinct().Count());
        }
    }

    [Fact]
    public void A_frequent_row_is_spread_even_where_others_stay_together()
    {
        var random = new SplitMix64(6);
        ulong[] table = [.. Enumerable.Range(0, 3000).Select(_ => random.NextUInt64())];
        ulong[] contents = [.. table, .. table, .. Enumerable.Repeat(7UL, 4000)];
        var keys = SplitKeys.Of(contents, areIds: false, threads: 1);
        Assert.Equal(contents[..6000], keys[..6000]);
        Assert.Equal(4000, keys[6000..].Distinct().Count());
    }

    [Fact]
    public async Task A_file_whose_every_row_stands_twice_has_no_row_on_both_sides()
    {
        var random = new SplitMix64(8);
        var rows = Enumerable.Range(0, 5000).Select(_ => string.Create(
            CultureInfo.InvariantCulture,
            $"{random.NextDouble()},{random.NextDouble()},{random.NextInt32(2)}\n")).ToList();
        var text = "a,b,y\n" + string.Concat(rows) + string.Concat(rows);
        var schema = await CsvText.SchemaAsync(text);
        var (data, _) = DataPreparation.Prepare(
            new ModelDefinition(), schema, (await CsvText.ReadAsync(text, schema)).Table!, null, threads: 2);
        Assert.Empty(data!.Split.Holdout.Select(r => r % 5000).Intersect(data.Split.Train.Select(r => r % 5000)));
        Assert.InRange(data.Split.Holdout.Length, 1800, 2200);
    }

    [Fact]
    public async Task The_label_does_not_decide_a_rows_side()
    {
        var rows = Enumerable.Range(0, 400).Select(i => $"{i % 40},{(i * 7 % 3 == 0 ? "a" : "b")}").ToList();
        Assert.Equal(await HoldoutAsync(i => i % 2), await HoldoutAsync(i => i % 3 % 2));

        async Task<int[]> HoldoutAsync(Func<int, int> label)
        {
            var text = "x,c,y\n" + string.Concat(rows.Select((r, i) => $"{r},{label(i)}\n"));
            var schema = await CsvText.SchemaAsync(text);
            return DataPreparation.Prepare(
                new ModelDefinition(),
                schema,
                (await CsvText.ReadAsync(text, schema)).Table!,
                null,
                threads: 1).Data!.Split.Holdout;
        }
    }

    [Fact]
    public void Rows_of_one_id_stay_together() =>
        Assert.Equal([5UL, 6, 5, 5], SplitKeys.Of([5, 6, 5, 5], areIds: true, threads: 1));
}
