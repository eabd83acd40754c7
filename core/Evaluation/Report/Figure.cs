namespace Serverless.Evaluation;

/// <summary>A picture with its heading and a plain explanation.</summary>
internal static class Figure
{
    public static Html Of(string heading, string explanation, Html picture) => $"""
        <figure><figcaption><h3>{heading}</h3><p>{explanation}</p></figcaption>{picture}</figure>
        """;

    public static Html Key(params (string CssClass, string Text)[] entries) => $"""
        <p class="key">{Html.Each(entries, e => $"<span><i class=\"{e.CssClass}\"></i>{e.Text}</span>")}</p>
        """;

    /// <summary>
    /// Names from data are cut to what fits; the whole name is in a tooltip where it is shown in a table.
    /// </summary>
    public static string Shorten(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1), "…");
}
