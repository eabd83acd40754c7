using Serverless.Learning.Definition;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Reading;

public class RowHashingTests
{
    [Fact]
    public async Task Rows_of_one_subject_share_a_hash_and_others_are_bad()
    {
        var definition = new ModelDefinition { Id = "who" };
        var text = "who,a,y\n"
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"u{i % 4},{i % 9},{i % 2}\n")) + ",1,1\n";

        var result = await CsvText.ReadAsync(text, await CsvText.SchemaAsync(text, definition), definition);

        Assert.Equal(4, result.Table!.RowHashes.Distinct().Count());
        Assert.Equal(result.Table.RowHashes[1], result.Table.RowHashes[5]);
        Assert.Equal("FEATURE_TYPE_LOW_NUMBER_VALUES at line 42, column 'who': expected a value, found nothing",
            Assert.Single(result.Report.Anomalies).ToString());
        Assert.Null(result.Table.Find("who"));
    }

    [Fact]
    public async Task Row_hashes_depend_on_used_values_alone_and_not_on_quotes()
    {
        var definition = new ModelDefinition { Features = [new FeatureDefinition { Name = "note", Ignored = true }] };
        var schema = await CsvText.SchemaAsync(Text("first", "{0}"), definition);

        var plain = (await CsvText.ReadAsync(Text("first", "{0}"), schema, definition)).Table!.RowHashes;
        var quoted = (await CsvText.ReadAsync(Text("second", "\"{0}\""), schema, definition)).Table!.RowHashes;
        var other = (await CsvText.ReadAsync(Text("first", "7777{0}"), schema, definition)).Table!.RowHashes;

        Assert.Equal(plain, quoted);
        Assert.Empty(plain.Intersect(other));
        Assert.Equal(20, plain.Distinct().Count());

        static string Text(string note, string size) => "note,size,y\n" + string.Concat(
            Enumerable.Range(0, 20).Select(i => $"{note}{i},{string.Format(size, (i * i) + 10)},{i % 2}\n"));
    }

    [Fact]
    public async Task Row_hashes_do_not_depend_on_how_a_value_was_written()
    {
        var text = "a,b,c,y\n" + string.Concat(
            Enumerable.Range(0, 60).Select(i => $"{i % 7}.5,{(i % 5 == 0 ? "" : "red")},{i % 3 == 0},{i % 2}\n"));
        var other = text.Replace(".5,", ".50e0,", StringComparison.Ordinal)
            .Replace("True", "yes", StringComparison.Ordinal).Replace(",,", ",n/a,", StringComparison.Ordinal);
        var schema = await CsvText.SchemaAsync(text);

        var one = (await CsvText.ReadAsync(text, schema)).Table!;
        var two = (await CsvText.ReadAsync(other, schema)).Table!;

        Assert.Equal(one.RowHashes, two.RowHashes);
        Assert.Equal(text.Split('\n')[1..61].Select(row => row[..row.LastIndexOf(',')]).Distinct().Count(),
            one.RowHashes.Distinct().Count());
    }

    [Fact]
    public async Task Row_hashes_take_doubled_quotes_for_the_one_that_they_mean()
    {
        var definition =
            new ModelDefinition { Features = [new FeatureDefinition { Name = "note", Type = ColumnType.Categorical }] };
        var text = "note,y\n" + string.Concat(Enumerable.Range(0, 40)
            .Select(i => $"\"\"\"{(i % 4 == 0 ? "" : $"no {i % 4}")}\"\" it's a long one\",{i % 2}\n"));

        var table = (await CsvText.ReadAsync(text, await CsvText.SchemaAsync(text, definition), definition)).Table!;
        var other = (await CsvText.ReadAsync(text.Replace("\"\"", "'", StringComparison.Ordinal),
            await CsvText.SchemaAsync(text, definition), definition)).Table!;

        Assert.Equal(4, table.RowHashes.Distinct().Count());
        Assert.All(Enumerable.Range(4, 36), row => Assert.Equal(table.RowHashes[row - 4], table.RowHashes[row]));
        Assert.Empty(table.RowHashes.Intersect(other.RowHashes));
    }
}
