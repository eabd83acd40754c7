using System.Text.Json;

namespace Serverless.Local.Tests.Docs;

/// <summary>The commands of every page work as they stand, and answer as the page says.</summary>
[Collection(SampleStoreTests.Name)]
public sealed class DocumentedCommandsTests(SampleStore samples)
{
    public static TheoryData<string> Pages =>
        new(MarkdownPage.All.Where(p => p.Blocks.Any(b => b.IsRun)).Select(p => p.Name));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_of_a_page_work(string page)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are those of a POSIX shell.");
        Assert.SkipUnless(IsOnPath("bash") && IsOnPath("curl"), "bash or curl is not installed.");
        await using var terminal = await Terminal.OpenAsync(samples);
        var output = "";
        foreach (var block in MarkdownPage.Of(page).Blocks)
        {
            if (block.IsRun)
            {
                output = await terminal.RunAsync(block);
            }
            else if (block is { Language: "json", IsAnswer: true })
            {
                using var documented = JsonDocument.Parse(block.Text);
                using var answered = JsonDocument.Parse(output);
                AssertAlike(documented.RootElement, answered.RootElement, $"{page}, line {block.Line}");
            }
        }
    }

    private static bool IsOnPath(string program) => Environment.GetEnvironmentVariable("PATH")!
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>
    /// What is documented is there: the same fields, texts and number of elements. Numbers move with the engine, and
    /// ids are new in every process.
    /// </summary>
    private static void AssertAlike(JsonElement documented, JsonElement answered, string path)
    {
        Assert.True(
            documented.ValueKind == answered.ValueKind, $"{path}: {documented.ValueKind}, found {answered.ValueKind}");
        switch (documented.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in documented.EnumerateObject())
                {
                    var isThere = answered.TryGetProperty(field.Name, out var value);
                    Assert.True(isThere, $"{path}/{field.Name} is not in {answered}");
                    AssertAlike(field.Value, value, $"{path}/{field.Name}");
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(documented.GetArrayLength(), answered.GetArrayLength());
                foreach (var (i, pair) in documented.EnumerateArray().Zip(answered.EnumerateArray()).Index())
                {
                    AssertAlike(pair.First, pair.Second, $"{path}/{i}");
                }

                break;
            case JsonValueKind.String when !path.EndsWith("/id", StringComparison.Ordinal):
                Assert.True(documented.ValueEquals(answered.GetString()), $"{path}: {documented}, found {answered}");
                break;
        }
    }
}
