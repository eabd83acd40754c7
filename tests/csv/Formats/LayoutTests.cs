using Serverless.Csv.Text;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Formats;

public class LayoutTests
{
    [Theory]
    [InlineData("a|b\n1|x,y\n2|z;w\n", "a|b/1|x,y/2|z;w")]
    [InlineData("user:uid:shell\nroot:0:bash\nada:7:sh\n", "user|uid|shell/root|0|bash/ada|7|sh")]
    [InlineData("time\n10:20\n11:30\n", "time/10:20/11:30")]
    [InlineData("10:20\n11:30\n12:40\n", "10:20/11:30/12:40")]
    [InlineData("day,time\n1,10:20\n2,11:30\n", "day|time/1|10:20/2|11:30")]
    [InlineData("sep=;\na;b\n1,5;2\n", "a|b/1,5|2")]
    [InlineData("\"sep=|\"\r\na|b\r\n1|2,3,4\r\n", "a|b/1|2,3,4")]
    [InlineData("sep=,\n\"a,x\",b\n1,2\n", "a,x|b/1|2")]
    [InlineData("note\nhello big world\ngood bye now\nall is well\n", "note/hello big world/good bye now/all is well")]
    public async Task A_delimiter_is_found_and_times_are_none(string text, string expected)
    {
        var read = await SourceText.ReadAsync(CsvText.Utf8(text));

        Assert.Empty(read.Notes);
        Assert.Equal(expected, read.Text);
    }

    [Fact]
    public async Task Names_that_are_more_than_the_fields_of_a_row_break_nothing()
    {
        var rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"text {i * 7},word {i * 31},more {i * 13}\n"));
        var read = await SourceText.ReadAsync(CsvText.Utf8("Feedback,Berlin\nname,comment,answer,agent\n" + rows));

        Assert.EndsWith("text 413|word 1829|more 767", read.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name      age  city\nAnna       23  Köln\nBo          7  Å\n", "name|age|city/Anna|23|Köln/Bo|7|Å")]
    [InlineData("x y z\n1 2 3\n4 5 6\n", "x|y|z/1|2|3/4|5|6")]
    [InlineData("name        qty\nNew York     10\nLos Angeles   7\n", "name|qty/New York|10/Los Angeles|7")]
    [InlineData("   a    b\n0  1  2.5\n1  3\n2     4.5\n", "|a|b/0|1|2.5/1|3|/2||4.5")]
    [InlineData(
        "id          name       qty\n----------- ---------- ----\n"
        + "          1 Anna B     10.5\n          2            NULL\n",
        "id|name|qty/1|Anna B|10.5/2||NULL")]
    public async Task Aligned_columns_are_read_as_fields(string text, string expected)
    {
        var read = await SourceText.ReadAsync(CsvText.Utf8(text));

        Assert.All(read.Notes, n => Assert.Equal(CsvNote.Rule, n.Code));
        Assert.Equal(expected, read.Text);
    }

    [Fact]
    public async Task A_list_of_SAP_is_read_without_rules_edges_and_repeated_names()
    {
        const string rule = "------------------------------\n";
        const string names = "|Material|Plant|  Qty|Date      |\n";
        var text = "List of stock\n\n" + rule + names + rule
            + "|100-100 |1000 |1.234|31.12.2025|\n|100-200 |1000 |   12|          |\n"
            + rule + names + rule + "|100-300 |2000 |    7|01.01.2026|\n" + rule;

        var read = await SourceText.ReadAsync(CsvText.Utf8(text));

        Assert.Equal(
            "Material|Plant|Qty|Date/100-100|1000|1.234|31.12.2025/100-200|1000|12|/100-300|2000|7|01.01.2026",
            read.Text);
        Assert.Equal([4L, 6L, 7L, 11L], read.Lines);
        Assert.Equal([3L, 5L, 8L, 10L, 12L], Lines(read, CsvNote.Rule));
        Assert.Equal([1L], Lines(read, CsvNote.Title));
        Assert.Equal([9L], Lines(read, CsvNote.RepeatedNames));
    }

    [Theory]
    [InlineData(" id | name\n----+------\n  1 | Anna\n  2 | Bo\n(2 rows)\n", "id|name/1|Anna/2|Bo", 5)]
    [InlineData("| id | n |\n|---:|---|\n| 1 | x |\n| 2 | y |\n", "id|n/1|x/2|y", 0)]
    [InlineData(
        "+----+---+\n| id | n |\n+----+---+\n| 1 | x |\n| 2 | y |\n+----+---+\n2 rows in set\n", "id|n/1|x/2|y", 7)]
    [InlineData("id,name\n---,-----\n1,Anna\n2,Bo\n\n(2 rows affected)\n", "id|name/1|Anna/2|Bo", 6)]
    public async Task Tables_of_consoles_and_Markdown_are_read(string text, string expected, long footer)
    {
        var read = await SourceText.ReadAsync(CsvText.Utf8(text));

        Assert.Equal(expected, read.Text);
        Assert.NotEmpty(Lines(read, CsvNote.Rule));
        Assert.Equal(footer == 0 ? [] : [footer], Lines(read, CsvNote.Footer));
    }

    [Theory]
    [InlineData(
        "# made by x, on 2026-01-01\n# unit: m\na,b\n1,2\n", "a|b/1|2", new[] { CsvNote.Comment, CsvNote.Comment })]
    [InlineData("-- query\n// more\na;b\n1;2\n", "a|b/1|2", new[] { CsvNote.Comment, CsvNote.Comment })]
    [InlineData("#a,b\n1,2\n3,4\n", "#a|b/1|2/3|4", new string[0])]
    [InlineData("#ff0000,red\n#00ff00,green\n", "#ff0000|red/#00ff00|green", new string[0])]
    [InlineData(
        "a,b\n1,2\n# a remark\n3,4\n5,6\n7,8\n9,10\n", "a|b/1|2/3|4/5|6/7|8/9|10", new[] { CsvNote.Comment })]
    [InlineData("Report 2026\n\na,b,c\n1,2,3\n", "a|b|c/1|2|3", new[] { CsvNote.Title })]
    [InlineData("Report 2026,,\nBy:,Anna,\na,b,c\n1,2,3\n", "a|b|c/1|2|3", new[] { CsvNote.Title, CsvNote.Title })]
    [InlineData("Report\na,b\n1,2\n", "a|b/1|2", new[] { CsvNote.Title })]
    [InlineData("Report\na,b\nx,y\nz,w\n", "Report/a|b/x|y/z|w", new string[0])]
    [InlineData("a,b,c\n1,x,2,y\n2,x,3,z\n", "a|b|c/1|x|2|y/2|x|3|z", new string[0])]
    [InlineData("a;b;c\n1,2,3\n4,5,6\n", "a;b;c/1|2|3/4|5|6", new string[0])]
    public async Task What_stands_before_the_names_is_left_out_and_told(string text, string expected, string[] codes)
    {
        foreach (var bytes in new[] { CsvText.Utf8(text), CsvText.Gzip(CsvText.Utf8("\uFEFF" + text)) })
        {
            var read = await SourceText.ReadAsync(bytes);

            Assert.Equal(expected, read.Text);
            Assert.Equal(codes, read.Notes.Select(n => n.Code));
        }
    }

    [Fact]
    public async Task Errors_of_a_spreadsheet_and_colours_begin_rows_and_no_comments()
    {
        var text = "a,b\n1,2\n# a remark\n#N/A,\"3,5\"\n\"#DIV/0!\",4\n#ff0000,\"5,5\"\n"
            + string.Concat(Enumerable.Repeat("7,8\n", 12));

        var read = await SourceText.ReadAsync(CsvText.Utf8(text));

        Assert.StartsWith("a|b/1|2/#N/A|3,5/#DIV/0!|4/#ff0000|5,5/7|8/", read.Text, StringComparison.Ordinal);
        Assert.Equal([3L], Lines(read, CsvNote.Comment));
    }

    [Fact]
    public async Task A_comment_behind_a_byte_order_mark_is_a_comment()
    {
        var text = "\uFEFF# made by x\na;b\n1;2\n# a remark\n3;4\n5;6\n7;8\n9;10\n";

        Assert.Equal("a|b/1|2/3|4/5|6/7|8/9|10", (await SourceText.ReadAsync(CsvText.Utf8(text))).Text);
    }

    [Theory]
    [InlineData("Report", 12, "red", "yes")]
    [InlineData("Report,", 12, "red", "yes")]
    [InlineData("Report", 2, "\"March 5, 2021\"", "US$12.50")]
    public async Task A_title_above_two_columns_of_words_is_none_of_the_names(
        string title, int rows, string colour, string sold)
    {
        var text = $"{title}\ncolour,sold\n" + string.Concat(Enumerable.Repeat($"{colour},{sold}\n", rows));

        var read = await SourceText.ReadAsync(CsvText.Utf8(text));

        Assert.Equal(["colour", "sold"], read.Records[0]!);
        Assert.Equal((rows + 1, 1L), (read.Records.Count, Assert.Single(Lines(read, CsvNote.Title))));
    }

    [Theory]
    [InlineData(8, "Total,300", 9)]
    [InlineData(7, "Total,300", 9)]
    [InlineData(2, "Total,300", 4)]
    [InlineData(8, "Total,blue", 10)]
    [InlineData(8, "total,5\nred,7\nTotal,300", 12)]
    public async Task Totals_beside_words_are_told_by_the_rows_in_sight(int rows, string end, int records)
    {
        var text = "colour,sold\n" + string.Concat(Enumerable.Repeat("red,5\n", rows)) + end + "\n";

        Assert.Equal(records, (await SourceText.ReadAsync(CsvText.Utf8(text))).Records.Count);
    }

    [Theory]
    [InlineData("a,b,c\n1,x,3\n2,y,4\nTotal,,7\n", "a|b|c/1|x|3/2|y|4", new long[] { 4 })]
    [InlineData("a,b,c\nu,x,3\nv,y,4\nSumme:,,7", "a|b|c/u|x|3/v|y|4", new long[] { 4 })]
    [InlineData(
        "a,b\n1,x\n2,y\n\n(200 rows affected)\n\nCompletion time: 2026-01-01\n", "a|b/1|x/2|y", new long[] { 5, 7 })]
    [InlineData("a,b\n1,x\n2,y\nExport finished at noon", "a|b/1|x/2|y", new long[] { 4 })]
    [InlineData("a,b,c\n1,x,3\nEnd,of,the,list\n", "a|b|c/1|x|3", new long[] { 3 })]
    [InlineData("a,b,c\nu,x,3\nv,y,4\ntotal,z,9\n", "a|b|c/u|x|3/v|y|4/total|z|9", new long[0])]
    [InlineData("a,b,c\n1,x,3\n2,y,4\n3,\n", "a|b|c/1|x|3/2|y|4/3|", new long[0])]
    [InlineData("a,b,c\n1,x,3\n2,y,4\n3,z", "a|b|c/1|x|3/2|y|4/3|z", new long[0])]
    [InlineData("a,b,c\n1,x,3\n2,y,4\n\n,,\n,,\n", "a|b|c/1|x|3/2|y|4", new long[] { 5, 6 })]
    [InlineData("a|b|c\n1|x|3\n2|y|4\n* ||7\n", "a|b|c/1|x|3/2|y|4", new long[] { 4 })]
    [InlineData("a,b\n1,\"x\nTotal\"\n", "a|b/1|x\nTotal", new long[0])]
    [InlineData("a,b\n1\n2\n3\n", "a|b/1/2/3", new long[0])]
    public async Task What_stands_after_the_rows_is_left_out_and_told(string text, string expected, long[] lines)
    {
        var read = await SourceText.ReadAsync(CsvText.Utf8(text));

        Assert.Equal(expected, read.Text);
        Assert.Equal(lines, Lines(read, CsvNote.Footer));
    }

    [Fact]
    public async Task A_footer_is_left_out_wherever_the_buffer_ends()
    {
        var row = new string('7', 90) + ",1\n";
        for (var rows = 5_480; rows < 5_700; rows += 3)
        {
            var text = "name,n\n" + string.Concat(Enumerable.Repeat(row, rows)) + "Total,1234\n\nEnd of file\n";

            var read = await SourceText.ReadAsync(CsvText.Utf8(text));

            Assert.Equal(rows + 1, read.Records.Count);
            Assert.Equal([rows + 2L, rows + 4L], Lines(read, CsvNote.Footer));
        }
    }

    [Fact]
    public async Task Lines_may_end_with_CR_alone()
    {
        var read = await SourceText.ReadAsync(CsvText.Utf8("a,b\r1,x\r2,y"));

        Assert.Null(read.Damage);
        Assert.Equal("a|b/1|x/2|y", read.Text);
    }

    [Fact]
    public async Task A_cell_of_two_lines_does_not_end_lines_of_CR()
    {
        var read = await SourceText.ReadAsync(CsvText.Utf8("a,b\r1,\"x\nz\"\r2,y"));

        Assert.Equal("a|b/1|x\nz/2|y", read.Text);
    }

    private static IEnumerable<long> Lines(SourceRecords read, string code) =>
        read.Notes.Where(n => n.Code == code).Select(n => n.Line!.Value);
}
