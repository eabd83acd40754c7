using Serverless.Learning.Definition;
using Serverless.Learning.History;
using Serverless.Learning.Reading;

namespace Serverless.Core.Training;

/// <summary>The rows of all files that count.</summary>
/// <param name="History">Null where there was nothing to decide.</param>
internal sealed record CountedRows(WindowData Window, HistoryResult? History)
{
    /// <param name="files">Accepted ones, with their names for people; oldest first.</param>
    public static CountedRows Of(
        IReadOnlyList<(string Name, DatasetReadResult Read)> files, DatasetSchema schema, DataSettings settings)
    {
        var results = files.Select(f => f.Read).ToList();
        if (files.Count == 1 && settings is { Key: null, Window: { Rows: null, Since: null } })
        {
            return new CountedRows(WindowData.Of(results, schema.Label), null);
        }

        var history = RowHistory.Of([.. files.Select(f => HashedRows.Of(f.Name, f.Read, schema))], settings);
        var rows = history.Parts.Select(p => p.Rows).ToList();
        return new CountedRows(WindowData.Of(results, schema.Label, rows), history);
    }
}
