namespace Serverless.Csv.Text;

/// <summary>Why the text of a CSV file cannot be read to its end.</summary>
/// <param name="Code">One of the codes below.</param>
/// <param name="Found">What was found, with the line or byte offset if known.</param>
public sealed record CsvDamage(string Code, string Expected, string Found)
{
    public const string NotText = "CSV_NOT_UTF8_TEXT";
    public const string DamagedGzip = "CSV_DAMAGED_GZIP";
    public const string DamagedJson = "CSV_DAMAGED_JSON";
    public const string DamagedZip = "CSV_DAMAGED_ZIP";
    public const string ZipContent = "CSV_ZIP_CONTENT";
    public const string DamagedExcel = "CSV_DAMAGED_EXCEL";
    public const string NoSuchSheet = "CSV_NO_SUCH_SHEET";
    public const string Markup = "CSV_MARKUP";
    public const string DamagedParquet = "CSV_DAMAGED_PARQUET";
    public const string NotInNative = "CSV_NOT_IN_NATIVE_HOST";
    public const string FileTooLarge = "CSV_FILE_TOO_LARGE";
    public const string RecordTooLong = "CSV_RECORD_TOO_LONG";
    public const string TooManyColumns = "CSV_TOO_MANY_COLUMNS";
}
