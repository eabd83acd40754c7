using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>
/// Counts what this process sees of a roll-out's step. Only requests to a model with a live roll-out come here. Each
/// processor counts its requests for itself, so that callers do not wait for one another, nor for a shadow's row that
/// is compared.
/// </summary>
internal sealed class RolloutRecorder(string model, Rollout rollout)
{
    /// <summary>Predictions kept for each side, to be joined with feedback.</summary>
    private const int SampleSize = 2000;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Stripe())];
    private readonly Lock _samples = new();
    private readonly Reservoir<RolloutPrediction> _champion = new(SampleSize, seed: SampleSize);
    private readonly Reservoir<RolloutPrediction> _challenger = new(SampleSize, seed: SampleSize);
    private readonly Disagreement? _disagreement = rollout.Strategy == RolloutStrategy.Shadow ? new() : null;

    public string Model => model;

    public Rollout Rollout => rollout;

    /// <summary>Raised by each request of either side, to tell whether there is anything to write.</summary>
    public long Changes => _stripes.Sum(s => Volatile.Read(ref s.Changes));

    /// <param name="elapsed">
    /// From the body to the answer; null where it does not count, since the answer was explained.
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

    /// <summary>A request that this side could not answer.</summary>
    public void Failed(RolloutSide side, string error)
    {
        var stripe = OfProcessor();
        lock (stripe.Lock)
        {
            stripe.Changes++;
            stripe.Counts(side).Failed(error);
        }
    }

    /// <summary>
    /// Draws whether a canary's, or its champion's, prediction is kept to be joined with feedback. A shadow's are kept
    /// in pairs.
    /// </summary>
    /// <returns>The place for <see cref="Keep"/>; −1 where it is not kept.</returns>
    public int Draw(RolloutSide side)
    {
        lock (_samples) return Sample(side).Draw();
    }

    public void Keep(RolloutSide side, int place, string id, ReadOnlySpan<double> outputs)
    {
        lock (_samples) Sample(side).Keep(place, new RolloutPrediction(id, outputs.ToArray()));
    }

    /// <summary>One row that both have scored.</summary>
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

    /// <summary>A row that was not scored a second time.</summary>
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
