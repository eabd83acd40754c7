using Serverless.Core.Registry;
using Serverless.Learning.Explanation;
using Serverless.Learning.Metrics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Reading;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Reports;

/// <summary>What <c>report.html</c> tells about a version.</summary>
public sealed record ReportInput
{
    public required Manifest Manifest { get; init; }

    /// <summary>Of the held-out rows.</summary>
    public required Predictions Candidate { get; init; }

    /// <summary>The same rows' before calibration; null where there is none.</summary>
    public Predictions? Uncalibrated { get; init; }

    /// <summary>The champion's on the same rows; null where there was none.</summary>
    public Predictions? Champion { get; init; }

    public required IReadOnlyList<FeatureImportance> Importance { get; init; }

    /// <summary>What the answers depend on; null where that was not looked at.</summary>
    public ModelInsight? Insight { get; init; }

    /// <summary>One for each data file.</summary>
    public required IReadOnlyList<ValidationReport> Data { get; init; }

    public required ReferenceProfile Profile { get; init; }

    /// <summary>As the gate got them.</summary>
    public IReadOnlyDictionary<string, int[]> Slices { get; init; } = new Dictionary<string, int[]>();
}
