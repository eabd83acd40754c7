using Serverless.Csv.Text;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Formats;

public class JsonTests
{
    [Theory]
    [InlineData("{\"a\":1,\"b\":\"x\"}\n{\"a\":2.50,\"b\":\"y\"}\n", "a|b/1|x/2.50|y")]
    [InlineData("{\"a\":1}\n{\"b\":true}\n{\"a\":null,\"b\":false}", "a|b/1|/|true/|false")]
    [InlineData("\uFEFF{\"a\":1,\"b\":2}\r\n\r\n{\"b\":4,\"a\":3}\r\n", "a|b/1|2/3|4")]
    [InlineData("[{\"a\":1,\"b\":2},\n {\"a\":3,\"b\":4}]", "a|b/1|2/3|4")]
    [InlineData(" [ {\"a\" : 1} , {\"a\" : \"}{\"} ] ", "a/1/}{")]
    [InlineData("[\n  {\n    \"a\": 1,\n    \"b\": \"x\\\"]\"\n  }\n]\n", "a|b/1|x\"]")]
    [InlineData("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n", "a/1/2")]
    [InlineData("{\"a\":{\"x\":1,\"y\":{\"z\":\"q\"}},\"b\":[1,{\"c\":2}]}\n", "a.x|a.y.z|b/1|q|[1,{\"c\":2}]")]
    [InlineData("{\"a\":\"x,\\\"y\\\"\\nz\",\"é\":\"\\u00e9\"}\n", "a|é/x,\"y\"\nz|é")]
    [InlineData("{\"a\":1}\n{\"a\":null}\n{}\n", "a/1//")]
    [InlineData("{\"a\":1e400,\"b\":12345678901234567890}\n", "a|b/1e400|12345678901234567890")]
    public async Task Objects_become_rows_of_the_columns_that_they_name(string json, string expected)
    {
        foreach (var bytes in new[] { CsvText.Utf8(json), CsvText.Gzip(CsvText.Utf8(json)) })
        {
            var read = await SourceText.ReadAsync(bytes);

            Assert.Null(read.Damage);
            Assert.Empty(read.Notes);
            Assert.Equal(expected, read.Text);
        }
    }

    [Theory]
    [InlineData("{\"a\":1}\n\n{\"a\":\"x\\ny\"}\n{\"a\":3}\n", new long[] { 0, 1, 3, 4 })]
    [InlineData("[{\"a\":1},{\"a\":\"x\\ny\"},\n\n{\"a\":3}]", new long[] { 0, 1, 2, 3 })]
    public async Task A_row_has_the_number_of_its_line_or_of_its_object(string json, long[] lines) =>
        Assert.Equal(lines, (await SourceText.ReadAsync(CsvText.Utf8(json))).Lines);

    [Fact]
    public async Task A_name_that_comes_after_a_thousand_objects_is_told_once()
    {
        var json = string.Concat(Enumerable.Repeat("{\"a\":1}\n", 1000))
            + string.Concat(Enumerable.Repeat("{\"a\":2,\"late\":3}\n", 5));

        var read = await SourceText.ReadAsync(CsvText.Utf8(json));

        Assert.Equal(1006, read.Records.Count);
        Assert.All(read.Records, r => Assert.Single(r!));
        var note = Assert.Single(read.Notes);
        Assert.Equal((CsvNote.LateColumn, 1001L), (note.Code, note.Line));
        Assert.Contains("'late'", note.Found);
    }

    [Fact]
    public async Task A_line_that_is_no_object_is_a_bad_row_and_told()
    {
        var read = await SourceText.ReadAsync(
            CsvText.Utf8("{\"a\":1,\"b\":2}\n{\"a\":1,\"b\n{\"a\":3,\"b\":\"\\ud800\"}\n{\"a\":5,\"b\":6}\n"));

        Assert.Null(read.Damage);
        Assert.Equal([2, 2, 1, 1, 2], read.Records.Select(r => r!.Length));
        Assert.Equal([2L, 3L], read.Notes.Select(n => n.Line!.Value));
        Assert.All(read.Notes, n => Assert.Equal(CsvNote.NoJson, n.Code));
    }

    [Theory]
    [InlineData("[{\"a\":1},{\"a\":2}", "a/1/2", null)]
    [InlineData("[{\"a\":1},{\"a\":", "a/1", "number 2")]
    [InlineData("[{\"a\":1},{\"a\":x}]", "a/1", "number 2")]
    [InlineData("[{\"a\":1},5]", "a/1", "before number 2")]
    [InlineData("[{},{}]", "", "none among the first")]
    public async Task A_damaged_array_says_at_which_object(string json, string expected, string? found)
    {
        var read = await SourceText.ReadAsync(CsvText.Utf8(json));

        if (found is not null) Assert.Contains(found, read.Damage!.Found);
        else Assert.Null(read.Damage);
        Assert.True(read.Text.Length == 0 || read.Text == expected);
    }

    [Fact]
    public async Task Objects_larger_than_a_buffer_are_read_whole()
    {
        var large = new string('x', 300_000);
        var json = string.Concat(Enumerable.Range(0, 20).Select(i => $"{{\"n\":{i},\"text\":\"{large}\"}}\n"));
        foreach (var text in new[] { json, $"[{json.TrimEnd().Replace("}\n", "},\n")}]" })
        {
            var read = await SourceText.ReadAsync(CsvText.Utf8(text));

            Assert.Null(read.Damage);
            Assert.Equal(21, read.Records.Count);
            Assert.Equal(["19", large], read.Records[20]!);
        }
    }
}
