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
            var examples = column.Values.Where((_, i) => isNew[i]);
            anomalies.Add(Unknown(column.Name, $"the {known.Count:N0} categories that the live model knows", examples)
                with
            { Count = rows });
        }

        return anomalies;
    }

    /// <summary>Values of a column that a model does not know.</summary>
    public static Anomaly Unknown(string column, string expected, IEnumerable<string> values) => new(
        AnomalyCodes.UnexpectedValue, AnomalySeverity.Warning, column, Row: null, expected,
        FieldText.List(values, atMost: 5));
}
