using System.Text;
using Spectre.Console.Rendering;

namespace Serverless.Local.Hosting.Console;

/// <summary>Makes text from names and messages safe for a terminal.</summary>
internal static class ConsoleText
{
    /// <summary>
    /// Replaces control characters, which could move the cursor or change colours, by spaces; keeps line breaks.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text.ReplaceLineEndings("\n")) clean.Append(c != '\n' && char.IsControl(c) ? ' ' : c);
        return clean.ToString();
    }

    /// <summary>Does the same, and joins the lines.</summary>
    public static string CleanLine(string text) => Clean(text).Replace('\n', ' ').Trim();

    /// <summary>Number of terminal columns of a text; a Chinese character takes two.</summary>
    public static int Width(string text) => new Segment(text).CellCount();

    /// <summary>Cuts a text to a width, with an ellipsis, or pads it to the width with spaces.</summary>
    public static string Fit(string text, int width)
    {
        var cut = Cut(text, width);
        return cut + new string(' ', width - Width(cut));
    }

    public static string Cut(string text, int width)
    {
        if (Width(text) <= width) return text;
        var cut = new StringBuilder();
        var used = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            used += Width(rune.ToString());
            if (used > width) break;
            cut.Append(rune);
        }

        return width < 1 ? "" : $"{cut.ToString().TrimEnd()}…";
    }

    /// <summary>
    /// Wraps words to lines of a width; cuts the last of <paramref name="maxLines"/> lines.
    /// </summary>
    public static IReadOnlyList<string> Wrap(string text, int width, int maxLines)
    {
        var lines = new List<string>();
        var words = text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var line = "";
        for (var i = 0; i < words.Length; i++)
        {
            var longer = line.Length == 0 ? words[i] : $"{line} {words[i]}";
            if (Width(longer) <= width)
            {
                line = longer;
                continue;
            }

            if (lines.Count == maxLines - 1)
            {
                lines.Add(Cut($"{line} {string.Join(' ', words[i..])}".TrimStart(), width));
                return lines;
            }

            if (line.Length > 0) lines.Add(line);
            line = Cut(words[i], width);
        }

        if (line.Length > 0) lines.Add(line);
        return lines;
    }
}
