using Serverless.Core.Data;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>What each column was taken for.</summary>
public static class IntakeTable
{
    public static Html Of(IReadOnlyList<IntakeColumn> columns)
    {
        Html rows = Html.Each(columns, c => $"""
            <tr><th scope="row">{Figure.Shorten(c.Name, 60)}</th><td>{c.TakenFor}</td><td>{c.Format ?? "as it is"}</td>
            <td>{c.Example ?? "–"}</td>{Table.Number(NumberFormat.Of(c.Misfits))}<td>{c.Why}</td></tr>
            """);
        Html head = $"""
            {Table.Columns("column", "taken for", "written as", "example")}{Table.NumberColumns("rows put aside")}
            {Table.Columns("why")}
            """;
        Html? cut = Html.When(
            columns.Count == IntakeColumn.Most, $"""<p class="note">The first {IntakeColumn.Most} are shown.</p>""");
        return $"{Table.Scrolling("How columns were read", head, rows, tableStyle: "read")}{cut}";
    }
}
