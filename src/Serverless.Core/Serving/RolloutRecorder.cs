using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>
/// Counts this process's requests in a roll-out's step; used only for models with a live roll-out. Striped by
/// processor, so that requests wait neither for one another nor for the comparison of a shadow's row.
/// </summary>
internal sealed class RolloutRecorder(string model, Rollout rollout)
{
    /// <summary>Predictions sampled per side, to be joined with feedback.</summary>
    private const int SampleSize = 2000;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Stripe())];
    private readonly Lock _samples = new();
    private readonly Reservoir<RolloutPrediction> _champion = new(SampleSize, seed: SampleSize);
    private readonly Reservoir<RolloutPrediction> _challenger = new(SampleSize, seed: SampleSize);
    private readonly Disagreement? _disagreement = rollout.Strategy == RolloutStrategy.Shadow ? new() : null;

    public string Model => model;

    public Rollout Rollout => rollout;

    /// <summary>Number of counted requests; a flush writes only if it changed.</summary>
    public long Changes => _stripes.Sum(s => Volatile.Read(ref s.Changes));

    /// <param name="elapsed">
    /// Time from the body to the answer; null for explained answers, whose latency does not count.
    /// </param>
    public void Answered(RolloutSide side, Signature signature, int rows, TimeSpan? elapsed)
    {
        var stripe = OfProcessor();
        lock (stripe.Lock)
        {
            stripe.Changes++;
            stripe.Counts(side).Answered(signature.Classes, elapsed?.TotalNanoseconds / Math.Max(1, rows));
        }
    }

    /// <summary>Counts a request that this side could not answer.</summary>
    public void Failed(RolloutSide side, string error)
    {
        var stripe = OfProcessor();
        lock (stripe.Lock)
        {
            stripe.Changes++;
            stripe.Counts(side).Failed(error);
        }
    }

    /// <summary>Decides whether a prediction of a canary's side is sampled. A shadow's are sampled in pairs.</summary>
    /// <returns>The place for <see cref="Keep"/>; −1 if not sampled.</returns>
    public int Draw(RolloutSide side)
    {
        lock (_samples) return Sample(side).Draw();
    }

    public void Keep(RolloutSide side, int place, string id, ReadOnlySpan<double> outputs)
    {
        lock (_samples) Sample(side).Keep(place, new RolloutPrediction(id, outputs.ToArray()));
    }

    /// <summary>Counts a row that both sides scored.</summary>
    public void Shadowed(
        string id,
        Signature champion,
        ReadOnlySpan<double> championOutputs,
        Signature challenger,
        ReadOnlySpan<double> challengerOutputs)
    {
        lock (_samples)
        {
            _disagreement!.Add(champion, championOutputs, challenger, challengerOutputs);
            if (_champion.Draw() is not (var place and >= 0)) return;
            _champion.Keep(place, new RolloutPrediction(id, championOutputs.ToArray()));
            _challenger.Keep(place, new RolloutPrediction(id, challengerOutputs.ToArray()));
        }
    }

    /// <summary>Counts a row that the challenger did not score.</summary>
    public void Dropped()
    {
        var stripe = OfProcessor();
        lock (stripe.Lock) stripe.Dropped++;
    }

    public RolloutSketch ToSketch(DateTimeOffset now)
    {
        var (champion, challenger, dropped) = (new SideCounts(), new SideCounts(), 0L);
        foreach (var stripe in _stripes)
        {
            lock (stripe.Lock)
            {
                champion.Add(stripe.Counts(RolloutSide.Champion));
                challenger.Add(stripe.Counts(RolloutSide.Challenger));
                dropped += stripe.Dropped;
            }
        }

        lock (_samples)
        {
            return new RolloutSketch
            {
                Model = model,
                Version = rollout.Version,
                StepStartedAt = rollout.StepStartedAt,
                Until = now,
                Champion = champion.ToSketch(_champion),
                Challenger = challenger.ToSketch(_challenger),
                Dropped = dropped,
                Disagreement = _disagreement?.ToSketch(),
            };
        }
    }

    private Reservoir<RolloutPrediction> Sample(RolloutSide side) =>
        side == RolloutSide.Champion ? _champion : _challenger;

    private Stripe OfProcessor() => _stripes[Thread.GetCurrentProcessorId() % _stripes.Length];

    private sealed class Stripe
    {
        public long Changes;
        public long Dropped;

        private readonly SideCounts _champion = new();
        private readonly SideCounts _challenger = new();

        public Lock Lock { get; } = new();

        public SideCounts Counts(RolloutSide side) => side == RolloutSide.Champion ? _champion : _challenger;
    }
}

internal enum RolloutSide { Champion, Challenger }
