namespace Serverless.Core.Reports;

/// <summary>A picture with its heading and a plain explanation.</summary>
internal static class Figure
{
    /// <summary>Inside a section.</summary>
    public static Html Of(string heading, string explanation, Html picture) =>
        Of($"<h3>{heading}</h3>", explanation, picture);

    /// <summary>Beside the page's title, where a heading of the third level would skip one.</summary>
    public static Html OnTop(string heading, string explanation, Html picture) =>
        Of($"<h2>{heading}</h2>", explanation, picture);

    private static Html Of(Html heading, string explanation, Html picture) => $"""
        <figure><figcaption>{heading}<p>{explanation}</p></figcaption>{picture}</figure>
        """;

    public static Html Key(params (string CssClass, string Text)[] entries) => $"""
        <p class="key">{Html.Each(entries, e => $"<span><i class=\"{e.CssClass}\"></i>{e.Text}</span>")}</p>
        """;

    /// <summary>
    /// Names from data are cut to what fits; the whole name is in a tooltip where it is shown in a table.
    /// </summary>
    public static string Shorten(string text, int length) =>
        text.Length <= length
            ? text
            : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1), "…");
}
