using Serverless.Csv.Text;

namespace Serverless.Csv.Tests.Formats;

public class ExcelTests
{
    private const string Rows = "id|name|when|amount|ok|code/1|Köln|2026-01-31|1234.5|true|007/"
        + "2|say \"hi\", all|2026-02-01T10:20:30|-0.1|false|008/3||2026-02-02T23:59:59||true|a\nb";

    /// <summary>Made by xlwt 1.3 and openpyxl 3.0.</summary>
    public static TheoryData<string> Files => ["xlwt.xls", "openpyxl.xlsx"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_sheet_is_read_with_dates_numbers_and_truth_values(string file)
    {
        var read = await SourceText.ReadAsync(await LoadAsync(file));

        Assert.Null(read.Damage);
        Assert.Equal(Rows, read.Text);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Rows_have_the_numbers_that_the_sheet_shows_and_the_rest_is_told(string file)
    {
        var read = await SourceText.ReadAsync(await LoadAsync(file));

        Assert.Equal([3L, 4L, 5L, 6L], read.Lines);
        Assert.Equal(
            [(CsvNote.OtherSheets, null), (CsvNote.Title, 1L), (CsvNote.Footer, (long?)7L)],
            read.Notes.Select(n => (n.Code, n.Line)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_sheet_is_chosen_by_its_name(string file)
    {
        var bytes = await LoadAsync(file);

        Assert.Equal("x/5", (await SourceText.ReadAsync(bytes, "other")).Text);
        var damage = (await SourceText.ReadAsync(bytes, "Nowhere")).Damage!;
        Assert.Equal(CsvDamage.NoSuchSheet, damage.Code);
        Assert.StartsWith("only 'Data', 'Other'", damage.Found);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_workbook_that_is_cut_off_is_damaged(string file)
    {
        var bytes = await LoadAsync(file);
        for (var length = 600; length < bytes.Length - 100; length += 373)
        {
            var read = await SourceText.ReadAsync(bytes[..length]);
            Assert.True(read.Damage is not null || read.Records.Count > 0, $"{length} bytes");
        }
    }

    private static Task<byte[]> LoadAsync(string file) => File.ReadAllBytesAsync(
        Path.Combine(AppContext.BaseDirectory, "files", file), TestContext.Current.CancellationToken);
}
