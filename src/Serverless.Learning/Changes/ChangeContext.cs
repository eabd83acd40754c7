using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>The two files of a comparison, and the columns that a finding has explained already.</summary>
/// <param name="Before">The model's last accepted file; null for its first one.</param>
/// <param name="Now">The new file.</param>
internal sealed record ChangeContext(DataProfile? Before, DataProfile Now)
{
    private readonly HashSet<string> _explained = [];

    /// <summary>Columns of both files that no finding has explained yet.</summary>
    public IEnumerable<(ColumnSketch Before, ColumnSketch Now)> Pairs
    {
        get
        {
            if (Before is null) return [];
            var before = Before.Columns.ToDictionary(c => c.Name);
            return Now.Columns.Where(c => before.ContainsKey(c.Name) && !IsExplained(c.Name))
                .Select(c => (before[c.Name], c)).ToList();
        }
    }

    /// <summary>Later kinds of change do not look at the column.</summary>
    public void Explain(string column) => _explained.Add(column);

    public bool IsExplained(string column) => _explained.Contains(column);

    /// <summary>
    /// Whether a column may keep one value through the whole new file by the order of its rows alone, as a year does.
    /// </summary>
    public bool IsSlow(ColumnSketch before) => before.LongestRun * Before!.Rows > 0.2 * Now.Rows;

    public static Anomaly Warn(string code, string? column, string expected, string found, long count = 1) =>
        new(code, AnomalySeverity.Warning, column, Row: null, expected, found, count);
}
