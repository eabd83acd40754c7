using Serverless.Learning.Changes;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Training;

/// <summary>How a dropped file differs from the one before it, and what that leads to.</summary>
/// <param name="Profile">Of the dropped file, for the comparison with the next one.</param>
/// <param name="Changes">All but those that model.json ignores.</param>
internal sealed record FileComparison(
    DataProfile Profile, IReadOnlyList<Anomaly> Changes, ValidationSettings Settings)
{
    /// <param name="before">Null without one.</param>
    public static FileComparison Of(DataProfile? before, DataProfile now, ValidationSettings settings)
    {
        var changes = DataChanges.Find(before, now)
            .Where(a => settings.ActionOn(a.Code) != ChangeAction.Ignore).ToList();
        return new FileComparison(now with { Changed = changes.Count > 0 }, changes, settings);
    }

    /// <summary>Why the file is rejected, with the way to accept it; null if it is not.</summary>
    public string? Rejection => First(ChangeAction.Quarantine) is { } change
        ? $"{Describe(change)} If the change is meant, set \"changesByCode\": {{\"{change.Code}\": \"warn\"}} in "
            + "validation in model.json."
        : null;

    /// <summary>Why a person decides on the version, in one sentence; null if the gate does.</summary>
    public string? Question => First(ChangeAction.Ask) is { } change
        ? $"the file is not like the one before it. {Describe(change)}"
        : null;

    /// <summary>The report of the file with what has changed, in place of less that was said of it.</summary>
    public ValidationReport AddTo(ValidationReport report)
    {
        var told = Changes.Select(c => (c.Code, c.Column)).ToHashSet();
        // Reports a missing column once: the change already says what the check against model.json found.
        var gone = Changes.Where(c => c.Code is AnomalyCodes.MissingColumn or AnomalyCodes.RenamedColumn);
        told.UnionWith(gone.Select(c => (AnomalyCodes.InvalidDefinition, c.Column)));
        var others = report.Anomalies.Where(a => a.Row is not null || !told.Contains((a.Code, a.Column)));
        return report with { Anomalies = [.. Changes.Select(Graded), .. others] };
    }

    private Anomaly Graded(Anomaly change) => Settings.ActionOn(change.Code) == ChangeAction.Quarantine
        ? change with { Severity = AnomalySeverity.Error }
        : change;

    private Anomaly? First(ChangeAction action) => Changes.FirstOrDefault(c => Settings.ActionOn(c.Code) == action);

    private static string Describe(Anomaly change) => change.ToSentence();
}
