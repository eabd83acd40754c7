using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Metrics;

/// <summary>
/// A metric's value for rows that count as often as their weight says; one weight per row. Safe to call from many
/// threads.
/// </summary>
public delegate double WeightedMetric(ReadOnlySpan<int> weights);

/// <param name="name">As in <c>model.json</c>, manifests and reports.</param>
/// <param name="title">For people.</param>
public abstract class Metric(string name, string title, bool greaterIsBetter, params ModelTask[] tasks)
{
    public string Name { get; } = name;

    public string Title { get; } = title;

    public bool GreaterIsBetter { get; } = greaterIsBetter;

    public bool Supports(ModelTask task) => Array.IndexOf(tasks, task) >= 0;

    /// <summary>
    /// Does once what does not depend on weights (errors, the order of scores), so that each of thousands of resamples
    /// is cheap. The result gives NaN where the metric is not defined.
    /// </summary>
    public abstract WeightedMetric Prepare(Predictions predictions);

    /// <summary>The value over all rows; NaN where it is not defined, as for no rows.</summary>
    /// <param name="weights">How often each row counts; empty: once.</param>
    public double Compute(Predictions predictions, ReadOnlySpan<int> weights = default)
    {
        if (weights.IsEmpty)
        {
            var ones = new int[predictions.Rows];
            Array.Fill(ones, 1);
            weights = ones;
        }

        return Prepare(predictions)(weights);
    }

    /// <summary>
    /// How much better <paramref name="value"/> is than <paramref name="reference"/>; negative where it is worse.
    /// </summary>
    public double Improvement(double value, double reference) =>
        GreaterIsBetter ? value - reference : reference - value;

    /// <summary>
    /// How many rows carry the value: of ten positives among a million rows an AUC knows no more than of ten.
    /// </summary>
    public virtual int InformativeRows(Predictions predictions) => predictions.Rows;

    /// <summary>One or two sentences about the value, for someone who has never heard of the metric.</summary>
    public abstract string InWords(double value, MetricSubject subject);

    protected static string Percent(double share) => NumberFormat.Percent(share);

    /// <summary>As in '92 times in 100'; with a decimal where none would round to never or always.</summary>
    protected static string OfHundred(double share) => NumberFormat.Of(100 * share, share is > 0.99 or < 0.01 ? 3 : 2);
}

/// <summary>What a metric is about, to explain it.</summary>
/// <param name="Label">The predicted column.</param>
/// <param name="Classes">Names; empty for regression.</param>
/// <param name="Baseline">The metric of the baseline on the same rows; null where it is not defined.</param>
public sealed record MetricSubject(string Label, IReadOnlyList<string> Classes, double? Baseline);
