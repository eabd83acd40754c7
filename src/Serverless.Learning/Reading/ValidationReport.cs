using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>The findings in one dropped file, and whether it may be trained on.</summary>
public sealed record ValidationReport
{
    /// <summary>The blob that was read.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of its bytes, lower-case hex; empty if reading stopped before the end.</summary>
    public required string ContentHash { get; init; }

    public required long Rows { get; init; }

    public required long BadRows { get; init; }

    /// <summary>Rows without a label, which are left out; they are not bad.</summary>
    public long Unlabelled { get; init; }

    /// <summary>
    /// Why the whole file is rejected, in one sentence that names expected and found; null if accepted.
    /// </summary>
    public string? Rejection { get; init; }

    /// <summary>Bounded: at most 100 single rows are listed; further ones are counted per code and column.</summary>
    public required IReadOnlyList<Anomaly> Anomalies { get; init; }

    /// <summary>Where the rejected file or rows were stored; null without any.</summary>
    public string? Quarantined { get; init; }

    [JsonIgnore]
    public bool Accepted => Rejection is null;
}
