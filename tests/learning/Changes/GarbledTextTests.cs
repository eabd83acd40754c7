using Serverless.Learning.Changes;

namespace Serverless.Learning.Tests.Changes;

public sealed class GarbledTextTests
{
    [Theory]
    [InlineData("MÃ¼nchen")]
    [InlineData("mã¼nchen")]
    [InlineData("itâ€™s")]
    [InlineData("KÅ™Ã­Å¾")]
    [InlineData("M\uFFFDnchen")]
    public void Text_read_in_the_wrong_encoding_is_found(string text) => Assert.True(GarbledText.Is(text));

    [Theory]
    [InlineData("Jan Kříž")]
    [InlineData("Mojžíš")]
    [InlineData("Ålesund, Ärzte, Übung, déjà vu")]
    [InlineData("€80,000 «à»")]
    public void Text_of_other_languages_is_no_broken_text(string text) => Assert.False(GarbledText.Is(text));
}
