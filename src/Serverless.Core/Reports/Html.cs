using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// Markup from interpolated strings: <c>Html cell = $"&lt;td&gt;{name}&lt;/td&gt;"</c>. What is written in the source
/// is markup, and every hole is encoded unless it is markup itself, so that a hostile column name cannot become an
/// element.
/// </summary>
[InterpolatedStringHandler]
public sealed class Html
{
    private readonly StringBuilder _text;

    public Html(int literalLength, int formattedCount) =>
        _text = new StringBuilder(literalLength + (16 * formattedCount));

    /// <summary>For text of our own alone, such as the style sheet.</summary>
    public static Html Raw(string markup)
    {
        var html = new Html(markup.Length, 0);
        html.AppendLiteral(markup);
        return html;
    }

    /// <summary>Null, which adds nothing, where the condition does not hold.</summary>
    public static Html? When(bool condition, Html? markup) => condition ? markup : null;

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html?> part)
    {
        var html = new Html(0, 64);
        foreach (var item in items) html.AppendFormatted(part(item));
        return html;
    }

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(Html? html) => _text.Append(html?._text);

    /// <summary>A percent sign stays on the line of its number.</summary>
    public void AppendFormatted(string? text) =>
        _text.Append(WebUtility.HtmlEncode(Visible(text)?.Replace(" %", "\u00A0%", StringComparison.Ordinal)));

    /// <summary>
    /// For coordinates and counts in markup; numbers for people are formatted by <see cref="NumberFormat"/>.
    /// </summary>
    public void AppendFormatted(double number) =>
        _text.Append(Math.Round(number, 1).ToString("0.#", CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();

    /// <summary>
    /// Control characters, and invisible ones that turn the direction of text, could make a name look like another.
    /// </summary>
    private static string? Visible(string? text)
    {
        if (text is null || !text.Any(IsInvisible)) return text;
        return string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = IsInvisible(source[i]) ? '\uFFFD' : source[i];
        });
    }

    private static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format;
}
