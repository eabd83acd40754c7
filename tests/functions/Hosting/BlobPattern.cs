using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>
/// The path of a blob trigger, as <c>container/{token}</c>. As in the official host, each token takes as much of a
/// blob's path as it can, slashes too, and the first token comes first.
/// </summary>
internal sealed partial class BlobPattern
{
    private readonly Regex _regex;

    public BlobPattern(string path)
    {
        var regex = new StringBuilder("^");
        var end = 0;
        foreach (Match token in Token().Matches(path))
        {
            regex.Append(Regex.Escape(path[end..token.Index])).Append($"(?<{token.Groups[1].Value}>.*)");
            end = token.Index + token.Length;
        }

        _regex = new Regex(regex.Append(Regex.Escape(path[end..])).Append('$').ToString(), RegexOptions.Singleline);
    }

    public IReadOnlyList<string> Tokens => [.. _regex.GetGroupNames().Where(n => n != "0")];

    /// <returns>Tokens and their values, or null where the blob is none of the trigger's.</returns>
    public IReadOnlyDictionary<string, string>? Match(string blobPath)
    {
        var match = _regex.Match(blobPath);
        if (!match.Success) return null;
        return Tokens.ToDictionary(t => t, t => match.Groups[t].Value, StringComparer.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"\{([A-Za-z_]\w*)\}")]
    private static partial Regex Token();
}
