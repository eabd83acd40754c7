using System.Text;
using Serverless.Core.Alerting;
using Serverless.Core.Training;
using Serverless.Tests;
using Serverless.Web.Dashboard;

namespace Serverless.Web.Tests.Dashboard;

/// <summary>What was not learned from is told where people look, and not in a log alone.</summary>
public sealed class RejectedFileTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rejected_file_raises_an_alert_with_reason_place_and_remedy()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", "no,table\n", SmallData.Regression);

        var alert = Assert.Single(await AlertsAsync(product));
        Assert.Equal((AlertKind.RejectedFile, "a.csv", null), (alert.Kind, alert.File, alert.Version));
        Assert.StartsWith("a.csv was rejected. ", alert.Message, StringComparison.Ordinal);
        var copy = Assert.Single(
            await product.ListAsync("quarantine/lines/"),
            name => !name.EndsWith(".report.json", StringComparison.Ordinal));
        Assert.Contains($"at {copy} and {copy}.report.json.", alert.Message, StringComparison.Ordinal);
        Assert.Contains("Correct the file", alert.Message, StringComparison.Ordinal);

        var html = Encoding.UTF8.GetString(await product.Get<DashboardService>().OverviewAsync(Cancelled));
        Assert.Contains("lines, a.csv", html, StringComparison.Ordinal);
        Assert.Contains("1 alert in the last week", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_alert_of_a_file_goes_away_when_that_file_is_learned_from_and_no_other()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", "no,table\n", SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", "none,either\n");
        Assert.Equal(["a.csv", "b.csv"], (await AlertsAsync(product)).Select(a => a.File).Order());

        Assert.Equal(RunOutcome.Promoted, (await product.TrainAsync("lines", "a.csv", SmallData.Line(3))).Outcome);
        Assert.Equal("b.csv", Assert.Single(await AlertsAsync(product)).File);
        File.Delete(Path.Combine(product.Folder, "datasets/lines/b.csv"));
        Assert.Equal(RunOutcome.NothingToDo, (await product.RunAsync("lines", "b.csv")).Outcome);
        Assert.Empty(await AlertsAsync(product));
    }

    [Fact]
    public async Task A_file_of_no_known_kind_and_a_broken_definition_raise_alerts_too()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.docx", "PK", SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3), "{\"label\": 3}");
        var alerts = await AlertsAsync(product);
        Assert.Contains(
            "expected a name that ends in .csv",
            alerts.Single(a => a.File == "a.docx").Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "model.json cannot be used", alerts.Single(a => a.File == "b.csv").Message, StringComparison.Ordinal);
        Assert.Contains(
            "The file stays at datasets/lines/b.csv. Correct model.json;",
            alerts.Single(a => a.File == "b.csv").Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export-2026-01-01T10:30:00.csv", "must not contain ':'")]
    [InlineData("a//b.csv", "must not contain an empty segment")]
    [InlineData("../../x.csv", "must not contain the segments '.' and '..'")]
    public async Task A_name_that_no_folder_can_hold_raises_an_alert(string file, string rule)
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        Assert.Null((await product.Get<IngestRunner>().RunDroppedAsync($"lines/{file}", Cancelled))!.Training);
        var alert = Assert.Single(await AlertsAsync(product));
        Assert.Equal(file, alert.File);
        Assert.Contains(rule, alert.Message, StringComparison.Ordinal);
        Assert.EndsWith("Rename it, and drop it again.", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_for_no_model_is_logged_and_left()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        Assert.Null(
            (await product.Get<IngestRunner>().RunAsync(new IngestRequest("../x", "a.csv"), Cancelled)).Training);
        Assert.Contains(
            product.Logs, l => l.StartsWith("Warning: ../x: The name of a dropped file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_whose_name_is_no_models_is_on_the_dashboard_with_the_name_to_give_it()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.DropAsync("my_model", "a.csv", SmallData.Line(3));
        await product.DropAsync("Weather", "a.csv", SmallData.Line(3));

        var html = Encoding.UTF8.GetString(await product.Get<DashboardService>().OverviewAsync(Cancelled));
        Assert.Contains("datasets/my_model/", html, StringComparison.Ordinal);
        Assert.Contains("Rename the folder to datasets/my-model/", html, StringComparison.Ordinal);
        Assert.Contains("Rename the folder to datasets/weather/", html, StringComparison.Ordinal);
        Assert.Contains(
            "Rename the folder to 'my-model'.",
            (await product.RunAsync("my_model", "a.csv")).Message,
            StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<Alert>> AlertsAsync(Product product) =>
        product.Get<Alerts>().ListAsync("lines", TimeSpan.FromDays(1), Cancelled);
}
