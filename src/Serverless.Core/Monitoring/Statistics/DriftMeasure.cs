using Serverless.Learning.Definition;

namespace Serverless.Core.Monitoring.Statistics;

/// <summary>A statistic that compares traffic with a profile.</summary>
/// <param name="title">Its name within a sentence.</param>
internal abstract class DriftMeasure(DriftStatistic statistic, string title)
{
    /// <summary>All statistics accepted by <c>drift.statistic</c> of model.json.</summary>
    public static IReadOnlyList<DriftMeasure> Known { get; } =
    [
        new PopulationStabilityIndex(), new JensenShannonDistance(), new WassersteinDistance(),
        new KolmogorovSmirnov(), new ChiSquare(),
    ];

    public DriftStatistic Statistic { get; } = statistic;

    public string Title { get; } = title;

    /// <summary>Whether the value is a p-value: drift lies below the threshold, not above.</summary>
    public virtual bool IsTest => false;

    /// <summary>Threshold if model.json sets none: Evidently's default.</summary>
    public double DefaultThreshold => IsTest ? 0.05 : 0.1;

    /// <summary>
    /// The statistic used for categories, which have no order: likewise a test or a distance, so that thresholds stay
    /// comparable.
    /// </summary>
    public virtual DriftStatistic ForCategories => Statistic;

    public abstract double Compute(ColumnDistributions column);

    public static DriftMeasure Of(DriftStatistic statistic) => Known.Single(m => m.Statistic == statistic);
}
