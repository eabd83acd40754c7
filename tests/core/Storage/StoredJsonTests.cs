using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Storage;

public sealed class StoredJsonTests
{
    [Theory]
    [InlineData("{\"model\":")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task What_somebody_else_wrote_is_refused_by_its_name(string content)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var product = new Product();
        var records = product.Get<RunRecordStore>();
        Assert.Null(await records.FindAsync("lines", "one", cancelled));
        await product.WriteAsync("monitoring/lines/runs/one.json", content);
        var refused = await Assert.ThrowsAsync<InvalidDataException>(
            () => records.FindAsync("lines", "one", cancelled));
        Assert.StartsWith("monitoring/lines/runs/one.json cannot be read", refused.Message, StringComparison.Ordinal);
    }
}
