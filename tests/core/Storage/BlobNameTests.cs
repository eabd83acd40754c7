using Serverless.Core.Storage;

namespace Serverless.Core.Tests.Storage;

public class BlobNameTests
{
    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("/a", "must not begin or end with '/'")]
    [InlineData("a/", "must not begin or end with '/'")]
    [InlineData("/", "must not begin or end with '/'")]
    [InlineData("a//b", "empty segment")]
    [InlineData(".", "'.' and '..'")]
    [InlineData("..", "'.' and '..'")]
    [InlineData("a/../b", "'.' and '..'")]
    [InlineData("a/b/..", "'.' and '..'")]
    [InlineData("./a", "'.' and '..'")]
    [InlineData(@"a\b", @"'\'")]
    [InlineData(@"..\b", @"'\'")]
    [InlineData("a\0b", "control characters (U+0000)")]
    [InlineData("a\tb", "control characters (U+0009)")]
    [InlineData("a\u007fb", "control characters (U+007F)")]
    [InlineData("a\u0085b", "control characters (U+0085)")]
    [InlineData("c:/a", "':'")]
    [InlineData("a:stream", "':'")]
    [InlineData("a<b", "'<'")]
    [InlineData("a>b", "'>'")]
    [InlineData("a\"b", "'\"'")]
    [InlineData("a|b", "'|'")]
    [InlineData("a?b", "'?'")]
    [InlineData("a*b", "'*'")]
    [InlineData("a\ud800b", "Unicode")]
    [InlineData("a\ufffdb", "Unicode")]
    [InlineData(".store", "begins with '.store'")]
    [InlineData(".store/locks/01", "begins with '.store'")]
    [InlineData("a/.STORE", "begins with '.store'")]
    [InlineData("a/.storehouse", "begins with '.store'")]
    [InlineData("a./b", "ends with '.' or a space")]
    [InlineData("a/b ", "ends with '.' or a space")]
    [InlineData("a/...", "ends with '.' or a space")]
    [InlineData("nul", "device")]
    [InlineData("a/Con.csv", "device")]
    [InlineData("lpt1/a", "device")]
    [InlineData("a/com9.tar.gz", "device")]
    public void A_bad_name_is_refused_with_the_rule_it_breaks(string name, string rule)
    {
        var error = Assert.Throws<ArgumentException>(() => BlobName.Require(name));

        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.False(BlobName.IsValid(name));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("..a/...b")]
    [InlineData(".hidden/.stor")]
    [InlineData("a b/ c")]
    [InlineData("größe/測定/🐦")]
    [InlineData("100%/#1/+&=;,'@!$(){}[]~^`")]
    [InlineData("console/nullable.csv/com/com10/lpt")]
    public void A_good_name_passes(string name) => BlobName.Require(name);

    [Fact]
    public void Length_is_counted_in_bytes_of_UTF8()
    {
        var segment = new string('a', 255);
        Assert.True(BlobName.IsValid(segment));
        Assert.Contains("255 bytes", BlobName.BrokenRule(segment + "a"), StringComparison.Ordinal);
        Assert.True(BlobName.IsValid(new string('ß', 127)));
        Assert.False(BlobName.IsValid(new string('ß', 128)));

        var whole = string.Join('/', Enumerable.Repeat(new string('a', 99), 9)) + "/";
        Assert.Equal(900, whole.Length);
        Assert.True(BlobName.IsValid(whole[..^1]));
        Assert.True(BlobName.IsValid("a" + whole[..^1]));
        Assert.Contains("900 bytes", BlobName.BrokenRule("aa" + whole[..^1]), StringComparison.Ordinal);
    }
}
