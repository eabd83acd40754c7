using Serverless.Core.Serving;

namespace Serverless.Core.Tests.Serving;

public sealed class ServingOptionsTests
{
    [Theory]
    [InlineData("ModelCacheMegabytes", "x", "expected a whole number of megabytes, at least 1, found 'x'.")]
    [InlineData("ModelCacheMegabytes", "0", "expected a whole number of megabytes, at least 1, found '0'.")]
    [InlineData("AnswerCacheMegabytes", "8",
        "the setting has no effect any more, answers are not cached; expected it to be removed, found '8'.")]
    [InlineData("AnswerCacheMegabytes", "x",
        "the setting has no effect any more, answers are not cached; expected it to be removed, found 'x'.")]
    public void A_wrong_or_removed_setting_is_named(string setting, string value, string message)
    {
        string? Setting(string name) => name == setting ? value : null;
        var failure = Assert.Throws<FormatException>(() => ServingOptions.Parse(Setting));
        Assert.Equal($"{setting}: {message}", failure.Message);
    }

    [Fact]
    public void Settings_are_in_megabytes()
    {
        Assert.Equal(64L << 20, ServingOptions.Parse(name => name == SettingNames.ModelCache ? "64" : null).CacheBytes);
        Assert.Equal(new ServingOptions(), ServingOptions.Parse(_ => null));
    }

    [Fact]
    public void No_cache_of_answers_is_what_earlier_stacks_set() =>
        Assert.Equal(new ServingOptions(), ServingOptions.Parse(name => name == "AnswerCacheMegabytes" ? "0" : null));
}
