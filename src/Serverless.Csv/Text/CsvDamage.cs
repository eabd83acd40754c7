namespace Serverless.Csv.Text;

/// <summary>Why the text of a CSV file cannot be read to its end.</summary>
/// <param name="Code">One of the codes below.</param>
/// <param name="Found">What was found, with the line or byte offset if known.</param>
public sealed record CsvDamage(string Code, string Expected, string Found)
{
    public const string NotText = "CSV_NOT_UTF8_TEXT";
    public const string DamagedGzip = "CSV_DAMAGED_GZIP";
    public const string LineEnds = "CSV_LINE_ENDS";
    public const string RecordTooLong = "CSV_RECORD_TOO_LONG";
    public const string TooManyColumns = "CSV_TOO_MANY_COLUMNS";
}
