using Serverless.Core.Alerting;
using Serverless.Core.Storage;

namespace Serverless.Core.Training;

/// <summary>Raises alerts for rejected files, since users watch a model's alerts rather than its runs.</summary>
internal static class RunAlerts
{
    public static Task RaiseAsync(
        Alerts alerts, RunRecord record, bool isDefinitionAtFault, CancellationToken cancellationToken)
    {
        var quarantined = record.Reports.LastOrDefault(r => !r.Accepted)?.Quarantined;
        var place = quarantined is null
            ? $"The file stays at {BlobPaths.Dataset(record.Model, record.File)}."
            : $"A copy and its report are at {quarantined} and {quarantined}.report.json.";
        var remedy = isDefinitionAtFault
            ? "Correct model.json; a sweep then processes the file once it is "
                + $"{TrainingOptions.EventGrace.TotalMinutes:0} minutes old. To process it at once, drop it again."
            : "Correct the file, or adapt model.json to it, and drop it again.";
        return alerts.RaiseRejectedAsync(
            record.Model, record.File, $"{record.Message} {place} {remedy}", cancellationToken);
    }
}
