using Serverless.Learning.Metrics;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Reports;

/// <summary>
/// What rows of each class were predicted to be, as shares of the class; the most frequent classes, the others as one.
/// </summary>
internal static class ConfusionTable
{
    private const int Most = 12;

    public static Html Of(Predictions predictions)
    {
        var shown = Shown(predictions);
        var names = shown.Select(c => predictions.Classes[c]).ToList();
        if (shown.Length < predictions.Classes.Count)
        {
            names.Add($"{NumberFormat.Of(predictions.Classes.Count - shown.Length)} others");
        }

        var unknown = predictions.Labels.Any(l => l < 0);

        int Place(int c) => Array.IndexOf(shown, c) is >= 0 and var place ? place : shown.Length;
        var counts = new long[names.Count + 1, names.Count];
        for (var i = 0; i < predictions.Rows; i++)
        {
            var label = (int)predictions.Labels[i];
            counts[label < 0 ? names.Count : Place(label), Place(predictions.PredictedClass(i))]++;
        }

        var rows = Enumerable.Range(0, names.Count + (unknown ? 1 : 0));
        var columns = Enumerable.Range(0, names.Count).ToArray();
        Html body = Html.Each(rows, r =>
        {
            var total = columns.Sum(c => counts[r, c]);
            return $"""
                <tr><th scope="row">{Name(r < names.Count ? names[r] : "not seen in training")}</th>
                {Table.Number(NumberFormat.Of(total))}{Html.Each(columns, c => Cell(counts[r, c], total, r == c))}</tr>
                """;
        });
        Html precision = Html.Each(columns, c => Table.Number(Share(counts[c, c], rows.Sum(r => counts[r, c]))));
        Html table = $"""
            <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
            <table class="confusion" style="min-width:{11 + (4.6 * names.Count)}rem">
            <thead><tr>{Table.Columns("it was")}{Table.NumberColumns("rows")}
            {Html.Each(names, n => $"""<th scope="col" class="number">{Name(n)}</th>""")}</tr></thead>
            <tbody>{body}</tbody>
            <tfoot><tr><th scope="row">right when said</th><td></td>{precision}</tr></tfoot></table></div>
            """;
        return Figure.Of(
            "What does it take for what?",
            "Rows are what it was, columns what the model said, and each cell is a share of its row. The blue diagonal "
            + "is right: the stronger there, the better. Strong cells elsewhere are classes that the model mixes up.",
            table);
    }

    private static Html Cell(long count, long total, bool diagonal)
    {
        var share = total == 0 ? 0 : (double)count / total;
        return $"""
            <td class="number heat{(diagonal ? " right" : "")}" style="--share:{Math.Round(share * 100)}%"
            title="{NumberFormat.Count(count, "row")}">{(count == 0 && total > 0 ? "0" : Share(count, total))}</td>
            """;
    }

    private static string Share(long count, long total) =>
        total == 0 ? "–" : NumberFormat.Percent((double)count / total, decimals: 0);

    private static Html Name(string name) =>
        $"""<span title="{Figure.Shorten(name, 80)}">{Figure.Shorten(name, 24)}</span>""";

    /// <summary>In the signature's order.</summary>
    private static int[] Shown(Predictions predictions) =>
        predictions.Classes.Count <= Most
            ? [.. Enumerable.Range(0, predictions.Classes.Count)]
            : [.. predictions.Labels.Where(l => l >= 0).GroupBy(l => (int)l).OrderByDescending(
                g => g.Count()).ThenBy(g => g.Key).Take(Most).Select(g => g.Key).Order()];
}
