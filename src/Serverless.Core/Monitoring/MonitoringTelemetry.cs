using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Core.Telemetry;
using Serverless.Core.Training;

namespace Serverless.Core.Monitoring;

/// <summary>Results of periodic checks as gauges; each keeps its value until the next check.</summary>
internal static class MonitoringTelemetry
{
    private static readonly ActivitySource _source = new(SourceNames.Monitoring);
    private static readonly Meter _meter = new(SourceNames.Monitoring);

    private static readonly Gauge<double> _drift = _meter.CreateGauge<double>(
        InstrumentNames.Drift,
        "1",
        "The statistic that decides whether a feature has drifted: a distance, or a test's p-value.");

    private static readonly Gauge<double> _age = _meter.CreateGauge<double>(
        InstrumentNames.ModelAge, "s", "Since the champion was trained.");

    /// <summary>Traces the check of one model.</summary>
    public static Task<RetrainRequest?> CheckAsync(string check, string model, Func<Task<RetrainRequest?>> work) =>
        _source.TraceAsync(SpanNames.Check, async span =>
        {
            span?.SetTag(AttributeNames.Check, check).SetTag(AttributeNames.Model, model);
            var request = await work();
            span?.SetTag(AttributeNames.Outcome, request is null ? "none" : "retrain");
            return request;
        });

    public static void Checked(DriftReport report)
    {
        // Reports the predictions as one more column, under the label's name.
        foreach (var column in report.Prediction is { } prediction
            ? report.Features.Append(prediction)
            : report.Features)
        {
            _drift.Record(column.Value, new TagList
            {
                { AttributeNames.Model, report.Model },
                { AttributeNames.Version, report.Version },
                { AttributeNames.Feature, column.Name },
                { AttributeNames.Statistic, Spans.Word(column.Statistic) },
            });
        }
    }

    public static void Checked(StalenessReport report) => _age.Record(
        TimeSpan.FromDays(report.AgeDays).TotalSeconds,
        new(AttributeNames.Model, report.Model),
        new(AttributeNames.Version, report.Version));
}
