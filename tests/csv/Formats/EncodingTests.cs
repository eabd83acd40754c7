using System.Text;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Formats;

public class EncodingTests
{
    private const string Table = "name,city\nAnna,Köln\nZoë,Århus\n€uro,“x” – ž\n";
    private const string Expected = "name|city/Anna|Köln/Zoë|Århus/€uro|“x” – ž";

    static EncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("windows-1252", false)]
    public async Task An_encoding_is_known_by_its_bytes(string encoding, bool hasMark)
    {
        foreach (var packs in new[] { false, true })
        {
            var read = await ReadAsync(Encode(Table, encoding, hasMark), packs);

            Assert.Null(read.Damage);
            Assert.Equal(Expected, read.Text);
        }
    }

    [Fact]
    public async Task Windows_1252_is_told_with_the_first_line_that_is_not_UTF_8()
    {
        var note = Assert.Single((await ReadAsync(Encode(Table, "windows-1252"))).Notes);

        Assert.Equal((CsvNote.Encoding, 2L), (note.Code, note.Line));
        Assert.Equal("the byte 0xF6; the file is read as Windows-1252", note.Found);
    }

    [Fact]
    public async Task Windows_1252_may_begin_megabytes_after_the_start()
    {
        var text = new StringBuilder("name,n\n");
        for (var i = 0; i < 400_000; i++) text.Append($"plain,{i}\n");
        for (var i = 0; i < 200_000; i++) text.Append($"Müller €,{i}\n");

        var read = await ReadAsync(Encode(text.ToString(), "windows-1252"));

        Assert.Null(read.Damage);
        Assert.Equal(400_002, Assert.Single(read.Notes).Line);
        Assert.Equal(text.ToString().TrimEnd().Replace(',', '|').Replace('\n', '/'), read.Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task One_damaged_byte_in_UTF_8_is_damage_and_not_another_encoding(int linesBefore)
    {
        var start = CsvText.Utf8("name,n\nKöln,1\nÅrhus,2\n" + string.Concat(Enumerable.Repeat("a,3\n", linesBefore)));

        var read = await ReadAsync([.. start, .. "K"u8, 0xF6, .. "ln,4\n"u8]);

        Assert.Equal(
            $"the byte 0xF6 at line {linesBefore + 4}, byte offset {start.Length + 1}", read.Damage!.Found);
    }

    [Theory]
    [InlineData(new byte[] { 0x81 })]
    [InlineData(new byte[] { 0xEF, 0xBB })]
    public async Task Bytes_that_are_of_neither_encoding_are_damage(byte[] start)
    {
        var read = await ReadAsync([.. start, .. "name,n\nAnna,1\n"u8]);

        Assert.Equal(CsvDamage.NotText, read.Damage!.Code);
    }

    [Fact]
    public async Task UTF_16_that_ends_within_a_character_is_damage()
    {
        var read = await ReadAsync([.. Encode(Table, "utf-16", hasMark: true), 0x41]);

        Assert.Equal((CsvDamage.NotText, "text in UTF-16, as it begins"), (read.Damage!.Code, read.Damage.Expected));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("windows-1252")]
    public async Task A_text_is_continued_at_any_record_in_each_encoding(string encoding)
    {
        var text = new StringBuilder("name,n\n");
        for (var i = 0; i < 60_000; i++) text.Append(i < 20_000 ? $"plain,{i}\n" : $"Müller €,{i}\n");
        var bytes = Encode(text.ToString(), encoding);
        var cancelled = TestContext.Current.CancellationToken;
        await using var whole = await CsvSource.OpenAsync(new MemoryStream(bytes), cancelled);
        var row = 0;
        do
        {
            while (whole.Csv.TryRead())
            {
                if (row++ % 9_973 != 0) continue;
                await using var begun = await CsvSource.OpenAsync(new MemoryStream(bytes), cancelled);
                await begun.Csv.FillAsync(cancelled);
                await using var rest = await begun.ResumeAsync(new MemoryStream(bytes), whole.Csv.Next, cancelled);
                Assert.True(rest.Csv.TryRead() || (await rest.Csv.FillAsync(cancelled) && rest.Csv.TryRead()));
                Assert.Equal(row < 20_001 ? "plain" : "Müller €", Encoding.UTF8.GetString(rest.Csv.Field(0)));
                Assert.Equal($"{row - 1}", Encoding.UTF8.GetString(rest.Csv.Field(1)));
                Assert.Equal(row + 1, rest.Csv.Line);
            }
        }

        while (await whole.Csv.FillAsync(cancelled));
        Assert.Equal(60_001, row);
    }

    private static byte[] Encode(string text, string name, bool hasMark = false)
    {
        var encoding = Encoding.GetEncoding(name);
        return [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
    }

    private static Task<SourceRecords> ReadAsync(byte[] bytes, bool packs = false) =>
        SourceText.ReadAsync(packs ? CsvText.Gzip(bytes) : bytes);
}
