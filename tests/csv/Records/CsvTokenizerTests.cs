using System.Text;
using Serverless.Csv.Records;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Records;

public class CsvTokenizerTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b/1|2")]
    [InlineData("a,b\r\n1,2\r\n", "a|b/1|2")]
    [InlineData("a,b\n1,2", "a|b/1|2")]
    [InlineData("a,b\n\n \r\n1,2\n\n", "a|b/1|2")]
    [InlineData("a,b\n,\n", "a|b/|")]
    [InlineData("\uFEFFa,b\n1,2\n", "a|b/1|2")]
    [InlineData("a, b\n1 ,  2 \n", "a|b/1|2")]
    [InlineData("a,b\n\"1\",\"2\"\n", "a|b/1|2")]
    [InlineData("a,b\n\"x,y\",\" 2 \"\n", "a|b/x,y| 2 ")]
    [InlineData("a,b\n\"x\ny\",2\n", "a|b/x\ny|2")]
    [InlineData("a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", "a|b/say \"hi\"|\"")]
    [InlineData("a,b\n 1, \"2\" \n", "a|b/1|2")]
    [InlineData("a,b\n\"\",\"\"\n", "a|b/|")]
    [InlineData("a,b\n5\" pipe,\"x\"", "a|b/5\" pipe|x")]
    [InlineData("a;b\n1,5;2,5\n", "a|b/1,5|2,5")]
    [InlineData("a\tb c\n\t2\n", "a|b c/|2")]
    [InlineData("a,b\n\"1;2;3\",4\n\"1;2;3\",4\n", "a|b/1;2;3|4/1;2;3|4")]
    [InlineData("\"a\",b\n\"\"\";\",1\n", "a|b/\";|1")]
    [InlineData("a\n\"\"\n", "a/")]
    [InlineData("é,ü\n日本,🙂\n", "é|ü/日本|🙂")]
    [InlineData("a,b\n\"x\"\"\n\"\"y\",\"z\"\"\"", "a|b/x\"\n\"y|z\"")]
    public async Task Text_is_split_as_RFC_4180_has_it(string text, string expected)
    {
        var (records, _, damage) = await CsvText.TokenizeAsync(CsvText.Utf8(text));

        Assert.Null(damage);
        Assert.Equal(expected, string.Join('/', records.Select(r => string.Join('|', r!))));
    }

    [Fact]
    public async Task A_record_has_the_line_at_which_it_begins()
    {
        var (records, lines, _) = await CsvText.TokenizeAsync(CsvText.Utf8("a,b\n\n\"x\ny\n\",2\n3,4\n"));

        Assert.Equal(3, records.Count);
        Assert.Equal([1, 3, 6], lines);
    }

    [Theory]
    [InlineData("a,b\n1,\"2\n3,4\n5,6\n")]
    [InlineData("a,b\n1,\"2\"x\n3,4\n5,6\n")]
    [InlineData("a,b\n1,\"2\n3,4\n5,6\"x\n")]
    public async Task A_stray_quote_costs_its_own_line_alone(string text)
    {
        var (records, lines, damage) = await CsvText.TokenizeAsync(CsvText.Utf8(text));

        Assert.Null(damage);
        Assert.Equal(4, records.Count);
        Assert.Null(records[1]);
        Assert.Equal(["3", "4"], records[2]!);
        Assert.Equal([1, 2, 3, 4], lines);
    }

    [Fact]
    public async Task Records_are_whole_wherever_the_buffer_ends()
    {
        // Lengths vary, so that every kind of byte hits a buffer's end.
        var random = new SplitMix64(3);
        var expected = new List<string[]>();
        var text = new StringBuilder();
        while (text.Length < 3_000_000)
        {
            string[] row = [Word(random), Word(random), Word(random)];
            expected.Add(row);
            text.Append(string.Join(',', row.Select(f => $"\"{f.Replace("\"", "\"\"")}\""))).Append("\r\n");
        }

        var (records, _, damage) = await CsvText.TokenizeAsync(CsvText.Utf8(text.ToString()));

        Assert.Null(damage);
        Assert.Equal(expected.Count, records.Count);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], records[i]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plain_and_quoted_records_and_blank_lines_come_in_any_order(bool forgets)
    {
        var random = new SplitMix64(5);
        var expected = new List<(string[] Fields, long Line)>();
        var text = new StringBuilder("a,b\n");
        for (long line = 2; text.Length < 3_000_000; line++)
        {
            // Occasional long runs without a quote, and of quotes only.
            var quoted = random.NextInt32(text.Length / 200_000 % 2 == 0 ? 500 : 3) == 0;
            var row = Enumerable.Range(0, 2 + random.NextInt32(40))
                .Select(_ => $"{random.NextInt32(1_000_000)}"[..random.NextInt32(2)] + Digits(random)).ToArray();
            if (quoted) row[random.NextInt32(row.Length)] = "x\n\"y";
            expected.Add((row, line));
            var end = random.NextInt32(4) == 0 ? " \r\n" : "\n";
            text.Append(string.Join(random.NextInt32(4) == 0 ? " ," : ",",
                row.Select(f => f.Contains('"') ? $"\"{f.Replace("\"", "\"\"")}\"" : f))).Append(end);
            if (quoted) line++;
            if (random.NextInt32(20) > 0) continue;
            text.Append(" \n");
            line++;
        }

        using var csv = new CsvTokenizer(new MemoryStream(CsvText.Utf8(text.ToString())));
        var found = new List<(string[] Fields, long Line)>();
        do
        {
            while (csv.TryRead())
            {
                Assert.Equal(QuoteFault.None, csv.Fault);
                found.Add(([.. Enumerable.Range(0, csv.FieldCount)
                    .Select(i => Encoding.UTF8.GetString(csv.Field(i)))], csv.Line));
                if (forgets) csv.Forget();
            }
        }

        while (await csv.FillAsync(TestContext.Current.CancellationToken));

        Assert.Equal(expected.Count, found.Count - 1);
        foreach (var (one, other) in expected.Zip(found.Skip(1)))
        {
            Assert.Equal(one.Line, other.Line);
            Assert.Equal(one.Fields, other.Fields);
        }

        static string Digits(SplitMix64 random) => new('7', random.NextInt32(14));
    }

    [Fact]
    public async Task Raw_records_and_line_ends_make_up_the_file_again()
    {
        var bytes = CsvText.Utf8("a,b\n \"1\" ,2 \n\"x\n\"\"y\",3\n\"bad\"x,4\n");
        using var csv = new CsvTokenizer(new MemoryStream(bytes));
        var text = new StringBuilder();
        do
        {
            while (csv.TryRead()) text.Append(Encoding.UTF8.GetString(csv.Record)).Append('\n');
        }

        while (await csv.FillAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Encoding.UTF8.GetString(bytes), text.ToString());
    }

    private static string Word(SplitMix64 random)
    {
        string[] parts = ["a", "b c", "é", "日本", "🙂", "\"", ",", "\n", "\r\n", ""];
        return string.Concat(
            Enumerable.Range(0, random.NextInt32(12)).Select(_ => parts[random.NextInt32(parts.Length)]));
    }
}
