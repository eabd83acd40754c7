using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Splits;

namespace Serverless.Learning.Gate;

/// <summary>What the gate decides on: predictions of the very same held-out rows, in the same order.</summary>
public sealed record GateInput
{
    public required Predictions Candidate { get; init; }

    /// <summary>Of the model that knows the labels' distribution and nothing else.</summary>
    public required Predictions Baseline { get; init; }

    /// <summary>Null: there is none.</summary>
    public Predictions? Champion { get; init; }

    /// <summary>Set where <see cref="Champion"/> is.</summary>
    public int? ChampionVersion { get; init; }

    public required Metric Metric { get; init; }

    public required ValidationSettings Settings { get; init; }

    public required long Seed { get; init; }

    /// <summary>
    /// The rows are in order of time, as <see cref="HoldoutSplit.Holdout"/> has them: their errors may hang together.
    /// </summary>
    public bool TimeOrdered { get; init; }

    /// <summary>
    /// Rows of each slice, ascending, by a name such as <c>carrier = AA</c>; see <see
    /// cref="ValidationSettings.Slices"/>.
    /// </summary>
    public IReadOnlyDictionary<string, int[]> Slices { get; init; } = new Dictionary<string, int[]>();
}
