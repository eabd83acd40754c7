using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>
/// Compares accepted data with what the live model knows. Findings are warnings; they make no row bad.
/// </summary>
public static class ProfileAnomalies
{
    /// <summary>
    /// Reports categories unknown to the model: one anomaly per column, with the number of affected rows.
    /// </summary>
    /// <param name="knownCategories">By column. Other columns are not compared.</param>
    public static IReadOnlyList<Anomaly> Compare(
        Table table, IReadOnlyDictionary<string, IReadOnlyList<string>> knownCategories)
    {
        var anomalies = new List<Anomaly>();
        foreach (var column in table.Columns.OfType<CategoricalColumn>())
        {
            if (!knownCategories.TryGetValue(column.Name, out var names)) continue;
            var known = names.ToHashSet();
            var isNew = column.Values.Select(v => !known.Contains(v)).ToArray();
            var rows = column.Codes.LongCount(c => c >= 0 && isNew[c]);
            if (rows == 0) continue;
            anomalies.Add(new Anomaly(
                AnomalyCodes.UnexpectedValue,
                AnomalySeverity.Warning,
                column.Name,
                Row: null,
                $"the {known.Count:N0} categories that the live model knows",
                FieldText.List(column.Values.Where((_, i) => isNew[i]), atMost: 5),
                rows));
        }

        return anomalies;
    }
}
