using Serverless.Learning.Numerics;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Reports;

/// <summary>What the model looks at most; the rest as one bar.</summary>
internal static class ImportanceBars
{
    private const int Most = 15;

    public static Html? Of(IReadOnlyList<FeatureImportance> importance)
    {
        var ordered = importance.Where(f => f.Share > 0).OrderByDescending(f => f.Share).ThenBy(
            f => f.Feature, StringComparer.Ordinal).ToList();
        if (ordered.Count == 0) return null;
        if (ordered.Count > Most + 1)
        {
            var others = ordered.Skip(Most).ToList();
            ordered =
            [
                .. ordered.Take(Most),
                new FeatureImportance($"{NumberFormat.Of(others.Count)} others", others.Sum(f => f.Share))
            ];
        }

        var most = ordered.Max(f => f.Share);
        Html rows = Html.Each(
            ordered, f => Row(f.Feature, f.Share / most, NumberFormat.Percent(f.Share, decimals: 1)));
        return $"""
            <section><h2>What it looks at</h2>
            <p class="lead">How much each column contributed while learning. A column that matters is not thereby a
            cause; and one that looks too good may give the answer away.</p>{OfRows("share", rows)}</section>
            """;
    }

    /// <param name="heading">Of the column of numbers.</param>
    public static Html OfRows(string heading, Html rows) => Table.Of(
        "bars",
        $"""
        {Table.Columns("column")}<th scope="col"><span class="hidden">as a bar</span></th>{Table.NumberColumns(heading)}
        """,
        rows);

    /// <param name="share">Of the longest bar.</param>
    public static Html Row(string feature, double share, string number) => $"""
        <tr><th scope="row"><span title="{Figure.Shorten(feature, 80)}">{Figure.Shorten(feature, 40)}</span></th>
        <td class="meter">{Svg.Meter(share)}</td>{Table.Number(number)}</tr>
        """;
}
