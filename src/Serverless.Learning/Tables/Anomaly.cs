using Serverless.Csv.Text;
using Serverless.Learning.Definition;

namespace Serverless.Learning.Tables;

[JsonConverter(typeof(CamelCaseConverter<AnomalySeverity>))]
public enum AnomalySeverity
{
    /// <summary>Worth knowing; the data is used.</summary>
    Warning,

    /// <summary>The row, or the file where <see cref="Anomaly.Row"/> is null, is not used.</summary>
    Error,
}

/// <summary>
/// One way in which data is not as expected. Codes are those of TensorFlow Data Validation
/// (tensorflow_metadata/proto/v0/anomalies.proto), and our own <c>CSV_…</c> codes for problems before a file is a
/// table.
/// </summary>
/// <param name="Row">
/// Line of the file on which the row begins, from 1 (a header is line 1); the first such row if Count is above 1; null
/// for the file as a whole.
/// </param>
/// <param name="Found">The value as written, shortened to 80 characters.</param>
/// <param name="Count">Number of rows this stands for.</param>
public sealed record Anomaly(
    string Code,
    AnomalySeverity Severity,
    string? Column,
    long? Row,
    string Expected,
    string Found,
    long Count = 1)
{
    /// <summary>Null without damage.</summary>
    public static Anomaly? Of(CsvDamage? damage) => damage is null ? null : new Anomaly(
        damage.Code, AnomalySeverity.Error, Column: null, Row: null, damage.Expected, damage.Found);

    /// <summary>A warning: the file is used.</summary>
    public static Anomaly Of(CsvNote note) =>
        new(note.Code, AnomalySeverity.Warning, Column: null, note.Line, note.Expected, note.Found);

    /// <summary>What was expected and found, with the column, which the texts themselves may name.</summary>
    public string ToSentence()
    {
        var name = Column is null ? null : FieldText.Show(Column);
        var isNamed = name is null || Expected.Contains(name, StringComparison.Ordinal)
            || Found.Contains(name, StringComparison.Ordinal);
        return isNamed
            ? $"Expected {Expected}, found {Found}."
            : $"In the column {name}: expected {Expected}, found {Found}.";
    }

    public override string ToString()
    {
        var place = (Row, Column) switch
        {
            (null, null) => "file",
            (null, _) => $"column '{Column}'",
            (_, null) => $"line {Row}",
            _ => $"line {Row}, column '{Column}'",
        };
        var count = Count > 1 ? $" ({Count} rows)" : "";
        return $"{Code} at {place}: expected {Expected}, found {Found}{count}";
    }
}
