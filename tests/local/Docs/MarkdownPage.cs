using System.Text.RegularExpressions;
using Serverless.Local.Tests.EndToEnd;

namespace Serverless.Local.Tests.Docs;

/// <summary>A page of the project's documentation: its lines, headings, links and fenced blocks.</summary>
internal sealed partial class MarkdownPage
{
    private static readonly string[] NotOurs =
        ["bin", "obj", ".git", "node_modules", "store", "artifacts", "TestResults"];

    private readonly string _prose;

    private MarkdownPage(string name)
    {
        Name = name;
        Lines = File.ReadAllLines(PathOf(name));
        var (prose, blocks) = (new List<string>(), new List<FencedBlock>());
        for (var i = 0; i < Lines.Count; i++)
        {
            if (!Lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                prose.Add(Lines[i]);
                continue;
            }

            var (start, language) = (i + 1, Lines[i][3..]);
            for (i = start; Lines[i] != "```"; i++) { }
            var end = blocks.Count == 0 ? 0 : blocks[^1].End;
            var isAnswer = end > 0 && Lines.Take(start - 1).Skip(end).All(string.IsNullOrEmpty);
            blocks.Add(new FencedBlock(language, start, i + 1, [.. Lines.Take(i).Skip(start)], isAnswer));
        }

        (_prose, Blocks) = (string.Join('\n', prose), blocks);
    }

    /// <summary>Every page of the repository, named by its path from the root with '/'.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
        [.. Find("").Order(StringComparer.Ordinal).Select(name => new MarkdownPage(name))];

    public string Name { get; }

    public IReadOnlyList<string> Lines { get; }

    public IReadOnlyList<FencedBlock> Blocks { get; }

    /// <summary>Targets of links and pictures, as they are written.</summary>
    public IEnumerable<string> Links =>
        Link().Matches(InlineCode().Replace(_prose, "")).Select(m => m.Groups["target"].Value);

    /// <summary>The anchors that GitHub makes of the headings: what a link to one has behind its '#'.</summary>
    public IEnumerable<string> Anchors => Heading().Matches(_prose)
        .Select(m => NotInAnchors().Replace(m.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .GroupBy(anchor => anchor)
        .SelectMany(same => same.Select((anchor, i) => i == 0 ? anchor : $"{anchor}-{i}"));

    public static MarkdownPage Of(string name) => All.Single(p => p.Name == name);

    public static string PathOf(string name) => Path.Combine(TestStore.Repository, name);

    public override string ToString() => Name;

    private static IEnumerable<string> Find(string folder)
    {
        var here = new DirectoryInfo(PathOf(folder));
        foreach (var file in here.EnumerateFiles("*.md")) yield return folder + file.Name;
        foreach (var inner in here.EnumerateDirectories().Select(d => d.Name).Except(NotOurs))
        {
            foreach (var page in Find($"{folder}{inner}/")) yield return page;
        }
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex NotInAnchors();
}

/// <param name="Language">What stands behind the opening fence.</param>
/// <param name="Line">Of the opening fence, from 1.</param>
/// <param name="End">Line of the closing fence.</param>
/// <param name="IsAnswer">Only blank lines part it from the block before.</param>
internal sealed record FencedBlock(string Language, int Line, int End, IReadOnlyList<string> Lines, bool IsAnswer)
{
    public const string NotRun = "# Not run by the tests: ";

    public bool IsShell => Language == "sh";

    /// <summary>Whether the tests run it: a shell block without <see cref="NotRun"/> and a reason in it.</summary>
    public bool IsRun => IsShell && !Lines[0].StartsWith(NotRun, StringComparison.Ordinal);

    public string Text => string.Join('\n', Lines);
}
