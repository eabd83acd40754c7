using Serverless.Training;

namespace Serverless.Rollouts;

/// <summary>Counts what this process sees of a roll-out's step. Only requests to a model with a live roll-out come here.</summary>
internal sealed class RolloutRecorder(string model, Rollout rollout)
{
    /// <summary>Predictions kept for each side, to be joined with feedback.</summary>
    private const int SampleSize = 2000;

    // What requests count is guarded by itself, so that no caller waits while a shadow's row is compared.
    private readonly Lock _requests = new();
    private readonly Lock _samples = new();
    private readonly SideCounts _champion = new();
    private readonly SideCounts _challenger = new();
    private readonly SamplePlaces _championPlaces = new(SampleSize);
    private readonly SamplePlaces _challengerPlaces = new(SampleSize);
    private readonly Disagreement? _disagreement = rollout.Strategy == Datasets.RolloutStrategy.Shadow ? new() : null;
    private long _dropped;

    public string Model => model;

    public Rollout Rollout => rollout;

    /// <summary>Raised by each request of either side, to tell whether there is anything to write.</summary>
    public long Changes { get; private set; }

    /// <param name="elapsed">From the body to the answer; null where it does not count, since the answer was explained.</param>
    public void Answered(RolloutSide side, Signature signature, int rows, TimeSpan? elapsed)
    {
        lock (_requests)
        {
            Changes++;
            Counts(side).Answered(signature.Classes, elapsed?.TotalNanoseconds / Math.Max(1, rows));
        }
    }

    /// <summary>A request that this side could not answer.</summary>
    public void Failed(RolloutSide side, string error)
    {
        lock (_requests)
        {
            Changes++;
            Counts(side).Failed(error);
        }
    }

    /// <summary>Draws whether a canary's, or its champion's, prediction is kept to be joined with feedback. A shadow's are kept in pairs.</summary>
    /// <returns>The place for <see cref="Keep"/>; −1 where it is not kept.</returns>
    public int Draw(RolloutSide side)
    {
        lock (_samples) return (side == RolloutSide.Champion ? _championPlaces : _challengerPlaces).Draw();
    }

    public void Keep(RolloutSide side, int place, string id, ReadOnlySpan<double> outputs)
    {
        lock (_samples) Counts(side).Keep(place, id, outputs);
    }

    /// <summary>One row that both have scored.</summary>
    public void Shadowed(
        string id, Signature champion, ReadOnlySpan<double> championOutputs, Signature challenger, ReadOnlySpan<double> challengerOutputs)
    {
        lock (_samples)
        {
            _disagreement!.Add(champion, championOutputs, challenger, challengerOutputs);
            if (_championPlaces.Draw() is not (var place and >= 0)) return;
            _champion.Keep(place, id, championOutputs);
            _challenger.Keep(place, id, challengerOutputs);
        }
    }

    /// <summary>A row that was not scored a second time.</summary>
    public void Dropped() => Interlocked.Increment(ref _dropped);

    public RolloutSketch ToSketch(DateTimeOffset now)
    {
        lock (_requests)
            lock (_samples)
            {
                return new RolloutSketch
                {
                    Model = model,
                    Version = rollout.Version,
                    StepStartedAt = rollout.StepStartedAt,
                    Until = now,
                    Champion = _champion.ToSketch(),
                    Challenger = _challenger.ToSketch(),
                    Dropped = Interlocked.Read(ref _dropped),
                    Disagreement = _disagreement?.ToSketch(),
                };
            }
    }

    private SideCounts Counts(RolloutSide side) => side == RolloutSide.Champion ? _champion : _challenger;
}

internal enum RolloutSide { Champion, Challenger }
