using Serverless.Core.Storage;

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

    [Theory]
    [InlineData("weather/x.csv", "weather", "x.csv")]
    [InlineData("weather/2026/01/x.csv", "weather", "2026/01/x.csv")]
    public void A_path_is_parted_at_its_first_slash(string path, string model, string file) =>
        Assert.Equal((model, file), BlobPaths.Split(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x.csv")]
    [InlineData("/x.csv")]
    [InlineData("weather/")]
    public void A_path_without_model_or_file_is_none(string? path) => Assert.Null(BlobPaths.Split(path));

    [Fact]
    public void A_model_name_has_at_most_63_characters()
    {
        Assert.True(BlobPaths.IsModelName(new string('a', 63)));
        Assert.False(BlobPaths.IsModelName(new string('a', 64)));
    }
}
