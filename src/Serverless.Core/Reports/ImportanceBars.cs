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
        Html rows = Html.Each(ordered, f => $"""
            <tr><th scope="row"><span title="{Figure.Shorten(f.Feature, 80)}">{Figure.Shorten(f.Feature, 40)}</span></th><td class="meter"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="bar" width="{100 * f.Share / most}" height="8"/></svg></td><td class="number">{NumberFormat.Percent(f.Share, decimals: 1)}</td></tr>
            """);
        return $"""
            <section><h2>What it looks at</h2>
            <p class="lead">How much each column contributed while learning. A column that matters is not thereby a cause; and one that looks too good may give the answer away.</p>
            <table class="bars"><thead><tr><th scope="col">column</th><th scope="col"><span class="hidden">as a bar</span></th><th scope="col" class="number">share</th></tr></thead><tbody>{rows}</tbody></table></section>
            """;
    }
}
