namespace Serverless.Csv.Text;

/// <summary>What was left out or assumed while a file was turned into records. The file is used all the same.</summary>
/// <param name="Code">One of the codes below.</param>
/// <param name="Line">Where it is, from 1; null for the file as a whole.</param>
/// <param name="Expected">What the file would have without it.</param>
/// <param name="Found">What was found, and what became of it.</param>
public sealed record CsvNote(string Code, long? Line, string Expected, string Found)
{
    public const string Encoding = "CSV_ENCODING_ASSUMED";
    public const string NoJson = "CSV_NO_JSON_OBJECT";
    public const string LateColumn = "CSV_LATE_COLUMN";
    public const string OtherSheets = "CSV_OTHER_SHEETS";
    public const string NoSheets = "CSV_NO_SHEETS";
    public const string NestedColumn = "CSV_NESTED_COLUMN";
    public const string Title = "CSV_TITLE_LINE";
    public const string Comment = "CSV_COMMENT_LINE";
    public const string Rule = "CSV_RULE_LINE";
    public const string RepeatedNames = "CSV_REPEATED_NAMES";
    public const string Footer = "CSV_FOOTER_LINE";
}
