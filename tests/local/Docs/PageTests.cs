namespace Serverless.Local.Tests.Docs;

/// <summary>What holds of every page: links lead somewhere, and the tests see every command.</summary>
public sealed class PageTests
{
    private const int Columns = 120;
    private const int ReadmeLines = 150;

    private static readonly string[] Languages = ["", "sh", "json", "python", "csharp", "mermaid"];
    private static readonly string[] Commands =
        ["curl ", "dotnet ", "az ", "pulumi ", "docker ", "cp ", "mkdir ", "npm ", "npx "];

    [Fact]
    public void Every_link_between_pages_leads_to_a_file_and_a_heading()
    {
        var broken = new List<string>();
        foreach (var page in MarkdownPage.All)
        {
            foreach (var link in page.Links.Where(l => !l.Contains("://", StringComparison.Ordinal)))
            {
                var (file, anchor) = link.Split('#') is [var path, var heading] ? (path, heading) : (link, null);
                var target = file.Length == 0 ? page.Name : FromRoot(page, file);
                var leads = Path.Exists(MarkdownPage.PathOf(target))
                    && (anchor is null || MarkdownPage.All.Any(p => p.Name == target && p.Anchors.Contains(anchor)));
                if (!leads) broken.Add($"{page}: {link}");
            }
        }

        Assert.Empty(broken);

        static string FromRoot(MarkdownPage page, string file)
        {
            var path = Path.Combine(MarkdownPage.PathOf(page.Name), "..", file);
            return Path.GetRelativePath(MarkdownPage.PathOf(""), path).Replace('\\', '/');
        }
    }

    [Fact]
    public void Every_page_of_docs_is_named_in_the_README()
    {
        var pages = MarkdownPage.All.Select(p => p.Name).Where(n => n.StartsWith("docs/", StringComparison.Ordinal));
        Assert.Empty(pages.Except(MarkdownPage.Of("README.md").Links));
    }

    [Fact]
    public void Commands_stand_in_shell_blocks_and_those_not_run_say_why()
    {
        var wrong = new List<string>();
        foreach (var page in MarkdownPage.All)
        {
            foreach (var block in page.Blocks)
            {
                var where = $"{page}, line {block.Line}";
                if (!Languages.Contains(block.Language)) wrong.Add($"{where}: unknown language '{block.Language}'");
                if (block.Lines[0].Trim() == FencedBlock.NotRun.Trim()) wrong.Add($"{where}: no reason");
                if (block.Language is "" && Commands.Any(c => block.Lines[0].StartsWith(c, StringComparison.Ordinal)))
                {
                    wrong.Add($"{where}: a command in a block that is not 'sh'");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_README_is_short_and_begins_with_the_two_commands()
    {
        var readme = MarkdownPage.Of("README.md");
        Assert.InRange(readme.Lines.Count, 1, ReadmeLines);
        string[] commands = ["dotnet run --project local", "dotnet test Serverless.sln"];
        Assert.Equal(commands, readme.Blocks.Take(2).Select(b => b.Text));
    }

    /// <summary>But for tables, whose rows cannot be broken.</summary>
    [Fact]
    public void Lines_of_docs_keep_to_120_columns()
    {
        var tooLong = MarkdownPage.All
            .Where(p => p.Name == "README.md" || p.Name.StartsWith("docs/", StringComparison.Ordinal))
            .SelectMany(p => p.Lines.Index().Where(l => l.Item.Length > Columns && l.Item[0] != '|')
                .Select(l => $"{p}, line {l.Index + 1}"));
        Assert.Empty(tooLong);
    }
}
