using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Local.Hosting.Blobs;

/// <summary>
/// A blob path with tokens, as in <c>datasets/{path}</c>. As on Azure, a token matches any characters, including
/// slashes, and the first is greedy: <c>in/{folder}/{file}</c> matches <c>in/a/b/c.csv</c> with folder <c>a/b</c>.
/// </summary>
public sealed partial class BlobPattern
{
    // Lazy, because constructing a non-backtracking expression would take longer than the rest of the start.
    private readonly Lazy<Regex> _regex;

    private BlobPattern(string text, string prefix, IReadOnlyList<string> tokens, string regex) =>
        (Text, Prefix, Tokens, _regex) = (
        text,
        prefix,
        tokens,
        new Lazy<Regex>(() => new Regex(
            regex, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline)));

    public string Text { get; }

    /// <summary>The common beginning of all names that match.</summary>
    public string Prefix { get; }

    public string Container => Text[..Text.IndexOf('/')];

    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Parses a pattern. Returns null, or what is wrong with the text.</summary>
    public static string? TryParse(string? text, out BlobPattern? pattern)
    {
        pattern = null;
        if (string.IsNullOrEmpty(text) || text.IndexOf('/') is <= 0 || text[^1] == '/')
        {
            return "must be a container and a name, as in 'datasets/{file}'";
        }

        if (text[..text.IndexOf('/')].AsSpan().ContainsAny('{', '}')) return "has a token in its container";
        var tokens = new List<string>();
        var regex = new StringBuilder("^");
        var at = 0;
        foreach (Match token in Token().Matches(text))
        {
            var name = token.Groups["name"].Value;
            if (token.Index == at) return $"has two tokens with nothing between them at '{{{name}}}'";
            if (tokens.Contains(name, StringComparer.OrdinalIgnoreCase)) return $"has the token '{{{name}}}' twice";
            regex.Append(Regex.Escape(text[at..token.Index]));
            at = token.Index + token.Length;
            regex.Append($"(?<{name}>.*)");
            tokens.Add(name);
        }

        regex.Append(Regex.Escape(text[at..])).Append(@"\z");
        if (Token().Replace(text, "").AsSpan().ContainsAny('{', '}'))
        {
            return "has a brace that is not part of a token";
        }

        var brace = text.IndexOf('{');
        pattern = new BlobPattern(
            text,
            brace < 0 ? text : text[..brace],
            tokens,
            regex.ToString());
        return null;
    }

    /// <summary>The values of the tokens; null if the name does not match.</summary>
    public IReadOnlyDictionary<string, string>? Match(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var match = _regex.Value.Match(name);
        return match.Success
            ? Tokens.ToDictionary(t => t, t => match.Groups[t].Value, StringComparer.OrdinalIgnoreCase)
            : null;
    }

    [GeneratedRegex(@"\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
