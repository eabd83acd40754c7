namespace Serverless.Csv.Text;

/// <summary>What was left out or assumed while a file was turned into records. The file is used all the same.</summary>
/// <param name="Code">One of the codes below.</param>
/// <param name="Line">Where it is, from 1; null for the file as a whole.</param>
/// <param name="Expected">What the file would have without it.</param>
/// <param name="Found">What was found, and what became of it.</param>
public sealed record CsvNote(string Code, long? Line, string Expected, string Found)
{
    public const string Encoding = "CSV_ENCODING_ASSUMED";
}
