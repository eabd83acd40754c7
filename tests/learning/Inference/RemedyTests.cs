using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Tests.Intake;

namespace Serverless.Learning.Tests.Inference;

/// <summary>Files that cannot be used are rejected with what to do about it.</summary>
public class RemedyTests
{
    [Fact]
    public async Task A_workbook_that_begins_with_a_read_me_names_its_sheets_and_the_setting()
    {
        IEnumerable<IReadOnlyList<object?>> rows = Enumerable.Range(0, 100)
            .Select(i => (IReadOnlyList<object?>)[(double)(i * 7 % 30), $"c{i % 3}", i * 7 % 30 > 14 ? "yes" : "no"])
            .Prepend(["x", "colour", "churned"]);
        var workbook = Workbook.Write(rows, readMe: ["Customers", "As of May", "Ask Ann", "See the other sheet"]);

        var rejection = await RejectionAsync(workbook);

        Assert.Contains(
            "'Read me', 'Data'; if the table is in another one, set \"sheet\"", rejection, StringComparison.Ordinal);
        Assert.Null(await RejectionAsync(workbook, new ModelDefinition { Sheet = "Data" }));
    }

    [Theory]
    [InlineData("<html><body><table><tr><td>x</td></tr></table>", "HTML, which some programs save")]
    [InlineData("\r\n  <!DOCTYPE HTML PUBLIC>", "HTML")]
    [InlineData("<?xml version=\"1.0\"?><Workbook>", "XML, which some programs save")]
    public async Task Markup_under_the_name_of_a_workbook_is_told_with_how_to_save_it(string text, string found)
    {
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode])
        {
            var rejection = await RejectionAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
            Assert.Contains(found, rejection, StringComparison.Ordinal);
            Assert.Contains("save it as .xlsx or CSV", rejection, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_last_column_that_is_nearly_empty_is_no_label_unless_it_is_named()
    {
        var text = "x,plan,remark\n" + string.Concat(Enumerable.Range(0, 1000).Select(i =>
            $"{i * 7 % 50},{(i % 3 == 0 ? "a" : "b")},{(i % 25 == 0 ? i % 2 == 0 ? "good" : "bad" : "")}\n"));

        Assert.Contains(
            "found none in 96% of the rows; name the column to predict as \"label\" in model.json, this one too",
            await RejectionAsync(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
        Assert.Null(await RejectionAsync(Encoding.UTF8.GetBytes(text), new ModelDefinition { Label = "remark" }));
    }

    [Fact]
    public async Task A_label_of_which_every_row_has_its_own_is_told_to_be_none()
    {
        var text = "x,plan,customer\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
            $"{i * 7 % 50},{(i % 3 == 0 ? "a" : "b")},customer {i * 37 % 1009}\n"));

        Assert.Contains(
            "such as 'customer 0'; name the column to predict as \"label\" in model.json",
            await RejectionAsync(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
    }

    private static async Task<string?> RejectionAsync(byte[] file, ModelDefinition? definition = null)
    {
        using var content = new MemoryStream(file);
        var result = await SchemaInference.InferAsync(
            content, "a.xls", definition ?? new ModelDefinition(), TestContext.Current.CancellationToken);
        return result.Rejection?.Rejection;
    }
}
