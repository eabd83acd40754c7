using Serverless.Core.Monitoring.Statistics;
using Serverless.Core.Traffic;
using Serverless.Learning.Definition;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Monitoring;

/// <summary>Compares one column's traffic with its profile.</summary>
public static class DriftDetector
{
    /// <summary>
    /// A rise of the missing or unseen share by more than this is drift by itself, invisible to the statistics.
    /// </summary>
    private const double ShareRise = 0.1;

    /// <summary>
    /// Significance level that a distance must reach as well. Without drift the PSI of B bins is about (B − 1)(1/n +
    /// 1/m) (Yurdakul and Naranjo 2020), which exceeds the usual threshold if n or m is a few hundred.
    /// </summary>
    private const double Chance = 0.01;

    /// <summary>Categories rarer than this in training are pooled, since their shares are too noisy alone.</summary>
    private const double RareCategory = 0.05;

    public static ColumnDrift Compare(FeatureProfile reference, ColumnSketch current, DriftSettings settings)
    {
        var isCategorical = reference.Type == ColumnType.Categorical;
        var (before, now) = isCategorical
            ? GroupRare([.. reference.Counts], current.Counts)
            : ([.. reference.Counts], current.Counts);
        var column = new ColumnDistributions(
            before,
            now,
            reference.Edges,
            reference.Minimum is { } first && current.Minimum is { } second ? Math.Min(first, second) : null,
            reference.Maximum is { } last && current.Maximum is { } latest ? Math.Max(last, latest) : null,
            reference.StandardDeviation ?? 0);
        var asked = DriftMeasure.Of(settings.Statistic);
        var measure = isCategorical ? DriftMeasure.Of(asked.ForCategories) : asked;
        var value = measure.Compute(column);
        var threshold = settings.Threshold ?? measure.DefaultThreshold;
        var drifts = measure.IsTest
            ? value < threshold
            : value > threshold && ChiSquare.PValue(before, now) < Chance;

        var rows = current.Missing + current.Counts.Sum();
        var missing = Share(current.Missing, rows);
        var referenceMissing = Share(reference.Missing, reference.Rows);
        double? unseen = isCategorical ? Share(current.Counts[^1], rows) : null;
        var referenceUnseen = isCategorical ? Share(reference.Counts[^1], reference.Rows) : 0;

        string? reason = null;
        if (drifts)
        {
            reason = $"{measure.Title} {value:0.####} is {(measure.IsTest ? "below" : "above")} {threshold:0.####}";
        }
        else if (missing > referenceMissing + ShareRise)
        {
            reason = $"{missing:P1} are missing, against {referenceMissing:P1} in training";
        }
        else if (unseen > referenceUnseen + ShareRise)
        {
            reason = $"{unseen:P1} have a category unknown in training";
        }

        return new ColumnDrift(
            reference.Name,
            reference.Type,
            measure.Statistic,
            value,
            threshold,
            PopulationStabilityIndex.Compute(before, now),
            JensenShannonDistance.Compute(before, now),
            KolmogorovSmirnov.Compute(before, now).Distance,
            missing,
            referenceMissing,
            unseen,
            reason);
    }

    /// <summary>Groups categories: each frequent one, then the rare known ones pooled, then the unknown.</summary>
    private static (long[] Before, long[] Now) GroupRare(long[] before, long[] now)
    {
        var total = before.Sum();
        var (groupedBefore, groupedNow) = (new List<long>(), new List<long>());
        var (rareBefore, rareNow) = (0L, 0L);
        for (var i = 0; i < before.Length - 1; i++)
        {
            if (before[i] >= RareCategory * total)
            {
                groupedBefore.Add(before[i]);
                groupedNow.Add(now[i]);
            }
            else
            {
                rareBefore += before[i];
                rareNow += now[i];
            }
        }

        return ([.. groupedBefore, rareBefore, before[^1]], [.. groupedNow, rareNow, now[^1]]);
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
