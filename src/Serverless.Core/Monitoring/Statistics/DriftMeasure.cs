using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>A statistic by which traffic is compared with a profile. One statistic, one file.</summary>
/// <param name="title">As it stands in a sentence.</param>
internal abstract class DriftMeasure(DriftStatistic statistic, string title)
{
    /// <summary>Every one that <c>drift.statistic</c> of model.json may name.</summary>
    public static IReadOnlyList<DriftMeasure> Known { get; } =
    [
        new PopulationStabilityIndex(), new JensenShannonDistance(), new WassersteinDistance(),
        new KolmogorovSmirnov(), new ChiSquare(),
    ];

    public DriftStatistic Statistic { get; } = statistic;

    public string Title { get; } = title;

    /// <summary>Whether the value is the p-value of a test: drift lies below the threshold, not above it.</summary>
    public virtual bool IsTest => false;

    /// <summary>What counts as drift where model.json names no threshold: Evidently's defaults.</summary>
    public double DefaultThreshold => IsTest ? 0.05 : 0.1;

    /// <summary>
    /// What takes its place for categories, which have no order: one of its kind, test or distance, so that a threshold
    /// keeps its meaning.
    /// </summary>
    public virtual DriftStatistic ForCategories => Statistic;

    public abstract double Compute(ColumnDistributions column);

    public static DriftMeasure Of(DriftStatistic statistic) => Known.Single(m => m.Statistic == statistic);
}
