using Microsoft.Extensions.Options;
using Serverless.Core.Serving;

namespace Serverless.Core.Removal;

/// <summary>How many days blobs are kept that only grow in number; null: forever.</summary>
/// <remarks>Settable properties are bound to the app setting of the same name.</remarks>
public sealed record RetentionOptions
{
    /// <summary>Counts and samples of predictions: <c>predictions/</c>.</summary>
    [Limits(1)]
    public int? PredictionRetentionDays { get; set; }

    /// <summary>True outcomes: <c>feedback/</c>.</summary>
    [Limits(1)]
    public int? FeedbackRetentionDays { get; set; }

    /// <summary>Alerts, and reports of drift, staleness, schedules and roll-outs, but for the latest.</summary>
    [Limits(1)]
    public int? ReportRetentionDays { get; set; }

    /// <summary>Records of ended runs, but for the newest of each model.</summary>
    [Limits(1)]
    public int? RunRetentionDays { get; set; }

    /// <summary>Rejected files and bad rows: <c>quarantine/</c>.</summary>
    [Limits(1)]
    public int? QuarantineRetentionDays { get; set; }

    /// <summary>Predictions of files and their reports: <c>batch/out/</c>.</summary>
    [Limits(1)]
    public int? BatchOutputRetentionDays { get; set; }

    /// <summary>Unfinished outputs of files whose prediction was given up: <c>batch/parts/</c>.</summary>
    [Limits(1)]
    public int? LeftoverRetentionDays { get; set; }

    /// <summary>Receipts of files that are gone or have changed since.</summary>
    [Limits(1)]
    public int? ReceiptRetentionDays { get; set; }
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
