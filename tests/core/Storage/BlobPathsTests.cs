using Serverless.Storage;

namespace Serverless.Core.Tests.Storage;

public class BlobPathsTests
{
    [Theory]
    [InlineData("weather", true)]
    [InlineData("flight-delays-2", true)]
    [InlineData("7", true)]
    [InlineData("", false)]
    [InlineData("Weather", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a--b", false)]
    [InlineData("a_b", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    [InlineData("con", false)]
    [InlineData("console", true)]
    public void A_model_is_called_by_small_letters_digits_and_single_hyphens(string name, bool expected) =>
        Assert.Equal(expected, BlobPaths.IsModelName(name));

    [Fact]
    public void A_model_name_has_at_most_63_characters()
    {
        Assert.True(BlobPaths.IsModelName(new string('a', 63)));
        Assert.False(BlobPaths.IsModelName(new string('a', 64)));
    }
}
