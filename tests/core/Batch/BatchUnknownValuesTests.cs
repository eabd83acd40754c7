using Serverless.Core.Batch;
using Serverless.Core.Storage;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Core.Tests.Batch;

/// <summary>Values in a file to predict that the version does not know.</summary>
public sealed class BatchUnknownValuesTests
{
    [Fact]
    public async Task Values_that_the_version_does_not_know_are_told_by_report_and_message()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "train.csv", SmallData.Line(3), SmallData.Regression);
        await product.WriteAsync(
            BlobPaths.BatchInput("lines", "a.csv"), "x,colour\n1,red\n2,mauve\n3,\n4,teal\n5,mauve\nmany,grey\n");

        var outcome = await product.Get<BatchRunner>().RunAsync(
            new BatchRequest("lines", "a.csv"), TestContext.Current.CancellationToken);

        var warning = Assert.Single(outcome.Report!.Warnings);
        Assert.Equal(
            (AnomalyCodes.UnexpectedValue, AnomalySeverity.Warning, "colour", 3, "'mauve', 'teal'", 3),
            (warning.Code, warning.Severity, warning.Column, warning.Row, warning.Found, warning.Count));
        Assert.Contains("as version 1 knows", warning.Expected, StringComparison.Ordinal);
        Assert.EndsWith(
            "1 of them are bad. It does not know 'mauve', 'teal' in the column 'colour', as 3 rows (50 %) have.",
            outcome.Message, StringComparison.Ordinal);
    }
}
