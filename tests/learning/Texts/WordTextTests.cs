using System.Text;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Tests.Texts;

public class WordTextTests
{
    [Theory]
    [InlineData("Invoice no. 12: paid TWICE!", "invoice no 12 paid twice")]
    [InlineData("  don't\tshout\r\n", "don t shout")]
    [InlineData("Größe ÜBER 40 €", "größe über 40")]
    [InlineData("ΣΩΜΑ, тест — ТЕСТ", "σωμα тест тест")]
    [InlineData("हिन्दी में", "हिन्दी में")]
    [InlineData("返品したい。理由は？", "返品したい 理由は")]
    [InlineData("great😀stuff…“so”\u00A0good", "great stuff so good")]
    [InlineData("e\u0301tat", "e\u0301tat")]
    [InlineData("…!?", "")]
    [InlineData("", "")]
    public void Words_are_lower_case_and_stand_between_single_blanks(string text, string expected) =>
        Assert.Equal(expected, WordText.Normalize(text));

    [Fact]
    public void No_letter_s_lower_case_outgrows_the_buffer()
    {
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code)) continue;
            var utf8 = Encoding.UTF8.GetBytes(new Rune(code).ToString());
            var words = new byte[WordText.MaxBytes(utf8.Length)];

            Assert.InRange(WordText.Normalize(utf8, words), 0, words.Length);
        }
    }

    [Fact]
    public void Invalid_bytes_separate_words()
    {
        byte[] text = [.. "one"u8, 0xFF, .. "two"u8, 0xC3];
        var words = new byte[WordText.MaxBytes(text.Length)];

        Assert.Equal("one two", Encoding.UTF8.GetString(words.AsSpan(0, WordText.Normalize(text, words))));
    }

    [Fact]
    public void Words_and_pairs_of_neighbours_are_terms()
    {
        var groups = new List<string>();
        foreach (var group in new WordGroups("one two three"u8)) groups.Add(Encoding.UTF8.GetString(group));

        Assert.Equal(["one", "two", "one two", "three", "two three"], groups);
    }
}
