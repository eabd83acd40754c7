using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Traffic;
using Serverless.Core.Truth;
using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Tables;

namespace Serverless.Core.Rollouts;

/// <summary>Merges the observations of one step by all instances.</summary>
/// <param name="settings">From the challenger's own definition.</param>
internal sealed class RolloutEvidence(
    RolloutSettings settings, ModelTask task, IReadOnlyDictionary<string, GroundTruth> outcomes)
{
    /// <summary>Min requests by an instance's champion to estimate its latency quantile.</summary>
    private const int MinLatencies = 20;

    private readonly Disagreement _disagreement = new();

    public RolloutSettings Settings => settings;

    public SideEvidence Champion { get; } = new(task);

    public SideEvidence Challenger { get; } = new(task);

    /// <summary>Whether both sides scored the same rows.</summary>
    public bool ArePaired { get; private set; }

    public long Dropped { get; private set; }

    public DisagreementReport? Disagreement => _disagreement.ToReport(task);

    /// <summary>Adds one instance's observations.</summary>
    public void Add(RolloutSketch sketch)
    {
        var (champion, challenger) = (Champion.Add(sketch.Champion), Challenger.Add(sketch.Challenger));
        AddSlow(champion, challenger);
        Dropped += sketch.Dropped;
        if (sketch.Disagreement is null)
        {
            Champion.Join(sketch.Champion, outcomes);
            Challenger.Join(sketch.Challenger, outcomes);
            return;
        }

        ArePaired = true;
        _disagreement.Add(sketch.Disagreement);
        for (var i = 0; i < sketch.Champion.Sample.Count; i++) JoinPair(sketch, i);
    }

    /// <summary>
    /// Counts slow requests by the champion's quantile on the same instance in the same period, since instances differ
    /// in load.
    /// </summary>
    private void AddSlow(LatencyHistogram champion, LatencyHistogram challenger)
    {
        if (champion.Count < MinLatencies) return;
        var usual = champion.Quantile(RolloutJudge.LatencyQuantile);
        var limit = Math.Max(
            usual * (1 + settings.MaxLatencyIncrease), usual + (settings.MinLatencyMilliseconds * 1e6));
        Champion.AddSlow(champion, limit);
        Challenger.AddSlow(challenger, limit);
    }

    private void JoinPair(RolloutSketch sketch, int i)
    {
        if (!outcomes.TryGetValue(sketch.Champion.Sample[i].Id, out var outcome)) return;
        if (Champion.Truth(sketch.Champion, outcome) is not { } label) return;
        if (Challenger.Truth(sketch.Challenger, outcome) is not { } otherLabel) return;
        Champion.Join(sketch.Champion, sketch.Champion.Sample[i], label);
        Challenger.Join(sketch.Challenger, sketch.Challenger.Sample[i], otherLabel);
    }
}

/// <summary>One side's requests, over all instances.</summary>
internal sealed class SideEvidence(ModelTask task)
{
    private readonly List<float> _labels = [];
    private readonly List<double> _outputs = [];
    private IReadOnlyList<string> _classes = [];

    public long Requests { get; private set; }

    public long Errors { get; private set; }

    public string? Error { get; private set; }

    public LatencyHistogram Latency { get; } = new();

    /// <summary>
    /// Number of requests compared with the champion on the same instance, and how many of them were slow.
    /// </summary>
    public (long Count, long Slow) Compared { get; private set; }

    public Predictions Predictions => new(task, _classes, [.. _labels], [.. _outputs]);

    /// <returns>The instance's latencies.</returns>
    public LatencyHistogram Add(SideSketch sketch)
    {
        Requests += sketch.Requests;
        Errors += sketch.Errors;
        Error = sketch.Error ?? Error;
        Latency.Add(sketch.Latency);
        // Instances that could not load the version report no classes.
        if (sketch.Classes.Count > 0) _classes = sketch.Classes;
        var own = new LatencyHistogram();
        own.Add(sketch.Latency);
        return own;
    }

    public void AddSlow(LatencyHistogram own, double limit) =>
        Compared = (Compared.Count + own.Count, Compared.Slow + own.CountAbove(limit));

    public void Join(SideSketch sketch, IReadOnlyDictionary<string, GroundTruth> outcomes)
    {
        foreach (var prediction in sketch.Sample)
        {
            if (outcomes.TryGetValue(prediction.Id, out var outcome) && Truth(sketch, outcome) is { } label)
            {
                Join(sketch, prediction, label);
            }
        }
    }

    public void Join(SideSketch sketch, RolloutPrediction prediction, float label)
    {
        if (task != ModelTask.Regression
            && prediction.Outputs.Length != (task == ModelTask.Multiclass ? sketch.Classes.Count : 1))
        {
            return;
        }

        _labels.Add(label);
        _outputs.AddRange(prediction.Outputs);
    }

    /// <summary>
    /// Null if the outcome cannot measure the version; −1 for a class unknown to it, which counts as wrong.
    /// </summary>
    public float? Truth(SideSketch sketch, GroundTruth outcome)
    {
        if (task == ModelTask.Regression) return (float?)outcome.Value;
        if (outcome.Label is null) return null;
        var known = ClassNames.Find(sketch.Classes, outcome.Label);
        return known >= 0 || task == ModelTask.Multiclass ? known : null;
    }

    public SideReport ToReport(double? metric) => new(
        Requests, Errors, Error, Milliseconds(0.5), Milliseconds(RolloutJudge.LatencyQuantile), _labels.Count, metric);

    private double? Milliseconds(double share) =>
        Latency.Count == 0 ? null : Math.Round(Latency.Quantile(share) / 1e6, 4);
}
