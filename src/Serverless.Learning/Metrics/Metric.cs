using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Metrics;

/// <summary>
/// Computes a metric with each row counted as often as its weight; one weight per row. Safe to call from many threads.
/// </summary>
public delegate double WeightedMetric(ReadOnlySpan<int> weights);

/// <param name="name">As in <c>model.json</c>, manifests and reports.</param>
/// <param name="title">Human-readable title.</param>
public abstract class Metric(string name, string title, bool greaterIsBetter, params ModelTask[] tasks)
{
    public string Name { get; } = name;

    public string Title { get; } = title;

    public bool GreaterIsBetter { get; } = greaterIsBetter;

    public bool Supports(ModelTask task) => Array.IndexOf(tasks, task) >= 0;

    /// <summary>
    /// Precomputes what does not depend on weights (errors, the order of scores), so that each of thousands of
    /// resamples is cheap. The result returns NaN where the metric is not defined.
    /// </summary>
    public abstract WeightedMetric Prepare(Predictions predictions);

    /// <summary>The value over all rows; NaN if it is not defined, as for no rows.</summary>
    /// <param name="weights">How often each row counts; empty: once each.</param>
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
    /// How much better <paramref name="value"/> is than <paramref name="reference"/>; negative if worse.
    /// </summary>
    public double Improvement(double value, double reference) =>
        GreaterIsBetter ? value - reference : reference - value;

    /// <summary>
    /// Number of rows that inform the value: with ten positives among a million rows, an AUC rests on ten.
    /// </summary>
    public virtual int InformativeRows(Predictions predictions) => predictions.Rows;

    /// <summary>Explains the value in one or two sentences for a reader who does not know the metric.</summary>
    public abstract string InWords(double value, MetricSubject subject);

    protected static string Percent(double share) => NumberFormat.Percent(share);

    /// <summary>As in '92 times in 100'; with a decimal if it would otherwise round to never or always.</summary>
    protected static string OfHundred(double share) => NumberFormat.Of(100 * share, share is > 0.99 or < 0.01 ? 3 : 2);
}

/// <summary>What a metric's explanation refers to.</summary>
/// <param name="Label">The predicted column.</param>
/// <param name="Classes">Class names; empty for regression.</param>
/// <param name="Baseline">The baseline's metric on the same rows; null if not defined.</param>
public sealed record MetricSubject(string Label, IReadOnlyList<string> Classes, double? Baseline);
