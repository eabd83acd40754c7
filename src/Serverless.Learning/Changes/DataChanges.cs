using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Tells what has changed between two files of one model.</summary>
public static class DataChanges
{
    /// <param name="before">
    /// The model's last accepted file; null for its first one, in which doubled rows still tell.
    /// </param>
    /// <returns>Warnings, each with what was expected, what was found and the remedy.</returns>
    public static IReadOnlyList<Anomaly> Find(DataProfile? before, DataProfile now)
    {
        // The same file once more, after a change of model.json, is no change.
        if (before?.ContentHash == now.ContentHash) before = null;
        var context = new ChangeContext(before, now);
        var found = new List<Anomaly>();
        foreach (var change in Change.All) found.AddRange(change.Find(context));
        return found;
    }
}
