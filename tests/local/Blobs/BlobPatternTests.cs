using Serverless.Local.Hosting.Blobs;

namespace Serverless.Local.Tests.Blobs;

public sealed class BlobPatternTests
{
    [Theory]
    [InlineData("datasets/{model}/{file}", "datasets/bikes/train.csv", "model=bikes file=train.csv")]
    [InlineData("datasets/{model}/{file}", "datasets/bikes/2026/01/train.csv", "model=bikes/2026/01 file=train.csv")]
    [InlineData("datasets/{path}", "datasets/bikes/2026/01/train.csv", "path=bikes/2026/01/train.csv")]
    [InlineData("datasets/{model}/{file}", "datasets/train.csv", null)]
    [InlineData("datasets/{model}/{file}", "models/bikes/train.csv", null)]
    [InlineData("datasets/{model}/{file}.csv", "datasets/bikes/train.csv", "model=bikes file=train")]
    [InlineData("datasets/{model}/{file}.csv", "datasets/bikes/a/train.csv", "model=bikes/a file=train")]
    [InlineData("datasets/{model}/{file}.csv", "datasets/bikes/train.csv.gz", null)]
    [InlineData("datasets/{model}/{file}.csv", "datasets/bikes/trainXcsv", null)]
    [InlineData("in/{model}-{part}.csv", "in/a-b-1.csv", "model=a-b part=1")]
    [InlineData("in/fixed.csv", "in/fixed.csv", "")]
    [InlineData("in/fixed.csv", "in/fixed.csv2", null)]
    [InlineData("in/{file}", "in/a\nb", "file=a\nb")]
    [InlineData("in/{file}.csv", "in/a.csv\n", null)]
    public void The_first_token_takes_as_much_as_it_can(string pattern, string name, string? expected)
    {
        Assert.Null(BlobPattern.TryParse(pattern, out var parsed));
        var tokens = parsed!.Match(name);
        Assert.Equal(expected, tokens is null ? null : string.Join(' ', parsed.Tokens.Select(t => $"{t}={tokens[t]}")));
        if (tokens is not null) Assert.StartsWith(parsed.Prefix, name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("datasets")]
    [InlineData("datasets/")]
    [InlineData("/datasets")]
    [InlineData("{container}/a")]
    [InlineData("in/{a}/{A}")]
    [InlineData("in/{a}{b}")]
    [InlineData("in/{a")]
    [InlineData("in/a}")]
    [InlineData("in/{}")]
    [InlineData("in/{1a}")]
    public void A_text_that_is_no_pattern_is_told(string? text)
    {
        Assert.NotNull(BlobPattern.TryParse(text, out var pattern));
        Assert.Null(pattern);
    }
}
