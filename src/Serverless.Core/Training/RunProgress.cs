using System.Globalization;

namespace Serverless.Core.Training;

/// <summary>Publishes one run's progress, and measures its stages.</summary>
internal sealed class RunProgress(RunFeed feed, TimeProvider clock, string model, string file)
{
    private readonly string _runId = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private readonly SortedDictionary<string, double> _seconds = new(StringComparer.Ordinal);
    private long _stageBegan = clock.GetTimestamp();

    /// <summary>Wall-clock seconds per stage.</summary>
    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    /// <summary>Ends a stage; the next one begins.</summary>
    public void EndStage(string name)
    {
        var now = clock.GetTimestamp();
        _seconds[name] = clock.GetElapsedTime(_stageBegan, now).TotalSeconds;
        _stageBegan = now;
        RunTelemetry.StageEnded(model, name, _seconds[name]);
    }

    /// <param name="progress">Of the whole run, 0 to 1.</param>
    public void Publish(RunStage stage, double progress, string message) =>
        feed.Publish(new RunUpdate(_runId, model, file, stage, progress, message));

    /// <param name="promoted">See <see cref="RunUpdate.Promoted"/>.</param>
    public void PublishEnd(RunStage stage, RunRecord record, bool? promoted) => feed.Publish(
        new RunUpdate(_runId, model, file, stage, 1, record.Message) { Promoted = promoted, Intake = record.Intake });
}
