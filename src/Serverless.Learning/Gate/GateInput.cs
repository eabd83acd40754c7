using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Splits;

namespace Serverless.Learning.Gate;

/// <summary>What the gate compares: predictions of the same held-out rows in the same order.</summary>
public sealed record GateInput
{
    public required Predictions Candidate { get; init; }

    /// <summary>Predictions of the model that knows only the labels' distribution.</summary>
    public required Predictions Baseline { get; init; }

    /// <summary>Null without a champion.</summary>
    public Predictions? Champion { get; init; }

    /// <summary>Set if <see cref="Champion"/> is.</summary>
    public int? ChampionVersion { get; init; }

    public required Metric Metric { get; init; }

    public required ValidationSettings Settings { get; init; }

    public required long Seed { get; init; }

    /// <summary>
    /// Whether rows are ordered by time, as in <see cref="HoldoutSplit.Holdout"/>: their errors may be autocorrelated.
    /// </summary>
    public bool TimeOrdered { get; init; }

    /// <summary>
    /// Rows of each slice, ascending, by a name such as <c>carrier = AA</c>; see <see
    /// cref="ValidationSettings.Slices"/>.
    /// </summary>
    public IReadOnlyDictionary<string, int[]> Slices { get; init; } = new Dictionary<string, int[]>();

    /// <summary>The same comparison without the first rows.</summary>
    public GateInput Skip(int rows)
    {
        int[] rest = [.. Enumerable.Range(rows, Candidate.Rows - rows)];
        return this with
        {
            Candidate = Candidate.Select(rest),
            Baseline = Baseline.Select(rest),
            Champion = Champion?.Select(rest),
            Slices = Slices.Select(s => (s.Key, Rows: s.Value.Where(r => r >= rows).Select(r => r - rows).ToArray()))
                .Where(s => s.Rows.Length > 0).ToDictionary(s => s.Key, s => s.Rows),
        };
    }
}
