using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Inference;

/// <summary>Columns that give the label away are found and told.</summary>
public class LeakDetectionTests
{
    [Fact]
    public async Task Addends_of_the_label_and_the_label_in_another_unit_are_leaks()
    {
        var random = new SplitMix64(5);
        var text = "x,a,b,cents,y\n" + string.Concat(Enumerable.Range(0, 300).Select(_ =>
        {
            var (a, b) = (random.NextInt32(1000), random.NextInt32(1000));
            return $"{random.NextInt32(50) + (a / 100)},{a},{b},{100 * (a + b)},{a + b}\n";
        }));

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal(["x"], schema.Features.Select(f => f.Name));
        Assert.Equal("gives the label away: y follows from it exactly", schema.Columns[3].Reason);
        Assert.Equal("gives the label away: y follows exactly from a, b", schema.Columns[1].Reason);
    }

    [Fact]
    public async Task The_same_parts_in_another_unit_are_leaks_too()
    {
        var random = new SplitMix64(5);
        var text = "x,a,b,a1000,y\n" + string.Concat(Enumerable.Range(0, 300).Select(_ =>
        {
            var (a, b) = (random.NextInt32(1000), random.NextInt32(1000));
            return $"{random.NextInt32(50)},{a},{b},{1000 * a},{a + b}\n";
        }));

        var schema = await CsvText.SchemaAsync(text);

        // Without b, nothing adds up: the rest of a may stay.
        Assert.Equal(ColumnRole.Ignored, schema.Columns[2].Role);
        Assert.Contains("x", schema.Features.Select(f => f.Name));
    }

    [Fact]
    public async Task The_logarithm_the_rank_and_bands_of_the_label_are_leaks()
    {
        var random = new SplitMix64(5);
        var text = "x,log,rank,band,y\n" + string.Concat(Enumerable.Range(0, 300).Select(_ =>
        {
            var y = 100 + random.NextInt32(9000);
            return FormattableString.Invariant($"{random.NextInt32(50) + (y / 900)},{Math.Log(y):0.000},{-y / 7},")
                + $"{y / 500},{y}.5\n";
        }));

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal(["x"], schema.Features.Select(f => f.Name));
        Assert.Equal(
            "gives the label away: it rises or falls with y in every row, as its logarithm or rank does",
            schema.Columns[1].Reason);
    }

    [Fact]
    public async Task A_column_in_the_labels_order_is_kept_where_nothing_else_is_left()
    {
        var text = "x,y\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
            FormattableString.Invariant($"{i / 30.0:0.##},{i / 10.0:0.##}\n")));

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal("x", Assert.Single(schema.Features).Name);
        Assert.EndsWith("; it rises or falls with y in every row", schema.Columns[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_with_values_in_rows_of_one_class_only_is_a_leak()
    {
        var random = new SplitMix64(5);
        var classes = Enumerable.Range(0, 300).Select(_ => random.NextInt32(4));
        var text = "x,reason,churned\n" + string.Concat(classes.Select(c =>
            $"{random.NextInt32(50)},{(c == 0 ? $"price {random.NextInt32(9)}" : "")},{(c == 0 ? "yes" : "no")}\n"));

        var schema = await CsvText.SchemaAsync(text);

        Assert.Equal(["x"], schema.Features.Select(f => f.Name));
        Assert.Equal("gives the label away: it has values in rows of one churned only", schema.Columns[1].Reason);
    }

    [Fact]
    public async Task A_label_of_None_is_told_as_no_label()
    {
        var text = "x,damage\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
            $"{i * 7 % 50},{(i % 4 == 0 ? "Minor" : i % 9 == 0 ? "Major" : "None")}\n"));

        Assert.Contains(
            "rows with 'None' have no label: if that is a class, write it in another way",
            (await CsvText.SchemaAsync(text)).Columns[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_that_tell_the_class_together_are_leaks_and_one_alone_is_not()
    {
        var random = new SplitMix64(5);
        string Rows(bool all) => (all ? "x,is_a,is_b,y\n" : "x,is_a,y\n") + string.Concat(
            Enumerable.Range(0, 300).Select(_ => random.NextInt32(3)).Select(c =>
                $"{random.NextInt32(50)},{(c == 0 ? 1 : 0)},{(all ? c == 1 ? "yes," : "no," : "")}{"abc"[c]}\n"));

        Assert.Equal(["x"], (await CsvText.SchemaAsync(Rows(all: true))).Features.Select(f => f.Name));
        Assert.Equal(["x", "is_a"], (await CsvText.SchemaAsync(Rows(all: false))).Features.Select(f => f.Name));
    }
}
