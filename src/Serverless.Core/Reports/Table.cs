namespace Serverless.Core.Reports;

/// <summary>Tables, their heads and their cells.</summary>
public static class Table
{
    /// <summary>In a region that scrolls on its own where the page is too narrow.</summary>
    /// <param name="label">What screen readers call the region.</param>
    /// <param name="head">Made by <see cref="Columns"/> and <see cref="NumberColumns"/>.</param>
    /// <param name="style">Classes of the region.</param>
    /// <param name="tableStyle">Classes of the table.</param>
    public static Html Scrolling(
        string label, Html head, Html rows, string style = "scroll", string tableStyle = "") => $"""
        <div class="{style}" tabindex="0" role="region" aria-label="{label}">{Of(tableStyle, head, rows)}</div>
        """;

    public static Html Of(string style, Html head, Html rows) =>
        $"""<table class="{style}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>""";

    public static Html Columns(params string[] headings) =>
        Html.Each(headings, h => $"""<th scope="col">{h}</th>""");

    public static Html NumberColumns(params string[] headings) =>
        Html.Each(headings, h => $"""<th scope="col" class="number">{h}</th>""");

    public static Html Number(string number) => $"""<td class="number">{number}</td>""";

    /// <param name="name">Stands beside the number where a phone shows the row as a list.</param>
    public static Html Number(string name, string number) =>
        $"""<td class="number" data-name="{name}">{number}</td>""";
}
