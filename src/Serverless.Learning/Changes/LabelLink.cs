namespace Serverless.Learning.Changes;

/// <summary>
/// How the label depends on single columns: the mean of its indicator of each class, or of its rank, by bin.
/// </summary>
/// <param name="Classes">Of the label, by spelling-independent names, at most 5; empty for a regression.</param>
/// <param name="Rows">Rows with a label.</param>
/// <param name="Means">Of each class's indicator, or of the rank (0 to 1), over all rows.</param>
/// <param name="Variances">Of the same.</param>
public sealed record LabelLink(
    IReadOnlyList<string> Classes,
    int Rows,
    IReadOnlyList<double> Means,
    IReadOnlyList<double> Variances,
    IReadOnlyList<ColumnLink> Columns);

/// <summary>One column's bins.</summary>
/// <param name="Edges">Numbers: ascending; bin i has the values up to edge i.</param>
/// <param name="Values">Texts and truths: one bin each; other values are not counted.</param>
/// <param name="Counts">Rows by bin.</param>
/// <param name="Means">By bin, one after the other: as many as there are means of all rows.</param>
public sealed record ColumnLink(
    string Name,
    IReadOnlyList<double> Edges,
    IReadOnlyList<string> Values,
    IReadOnlyList<int> Counts,
    IReadOnlyList<double> Means)
{
    /// <summary>Variance of the label that the bins explain, less what chance explains.</summary>
    public double Explained(LabelLink link)
    {
        var (explained, targets, filled) = (0.0, link.Means.Count, Counts.Count(c => c > 0));
        for (var t = 0; t < targets; t++)
        {
            for (var b = 0; b < Counts.Count; b++)
            {
                var deviation = Means[(b * targets) + t] - link.Means[t];
                explained += Counts[b] * deviation * deviation / link.Rows;
            }
        }

        return explained - (link.Variances.Sum() * Math.Max(0, filled - 1) / link.Rows);
    }
}
