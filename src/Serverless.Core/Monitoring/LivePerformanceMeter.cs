using Serverless.Core.Traffic;
using Serverless.Core.Truth;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Metrics;
using Serverless.Learning.Tables;

namespace Serverless.Core.Monitoring;

/// <summary>Computes metrics of live predictions with feedback.</summary>
internal static class LivePerformanceMeter
{
    /// <summary>Null if no sampled prediction has a usable outcome.</summary>
    public static LivePerformance? Measure(
        Signature signature, IReadOnlyList<SampledPrediction> sample, IReadOnlyDictionary<string, GroundTruth> outcomes)
    {
        var labels = new List<float>();
        var outputs = new List<double>();
        foreach (var prediction in sample)
        {
            if (!outcomes.TryGetValue(prediction.Id, out var outcome)) continue;
            if (Truth(signature, outcome) is not { } truth) continue;
            labels.Add(truth);
            outputs.AddRange(prediction.Outputs);
        }

        if (labels.Count == 0) return null;
        var predictions = new Predictions(signature.Task, signature.Classes, [.. labels], [.. outputs]);
        return new LivePerformance(labels.Count, MetricCatalog.All(predictions));
    }

    /// <summary>Null if the model could not predict the outcome.</summary>
    private static float? Truth(Signature signature, GroundTruth outcome)
    {
        if (signature.Task == ModelTask.Regression) return (float?)outcome.Value;
        return outcome.Label is not null && ClassNames.Find(signature.Classes, outcome.Label) is >= 0 and var known
            ? known
            : null;
    }
}
