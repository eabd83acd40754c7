using Serverless.Csv.Text;

namespace Serverless.Learning.Tables;

/// <summary>
/// All codes of an <see cref="Anomaly"/>. Those without <c>CSV_</c> and <c>CHANGE_</c> are members of
/// <c>AnomalyInfo.Type</c> in tensorflow_metadata/proto/v0/anomalies.proto, used as defined there.
/// </summary>
public static class AnomalyCodes
{
    public const string NewColumn = "SCHEMA_NEW_COLUMN";
    public const string MissingColumn = "SCHEMA_MISSING_COLUMN";
    public const string NotPresent = "FEATURE_TYPE_NOT_PRESENT";

    /// <summary>A row lacks a required value.</summary>
    public const string ValueMissing = "FEATURE_TYPE_LOW_NUMBER_VALUES";

    public const string TooFewDistinct = "FEATURE_TYPE_LOW_UNIQUE";
    public const string TooManyDistinct = "FEATURE_TYPE_HIGH_UNIQUE";
    public const string UnexpectedValue = "ENUM_TYPE_UNEXPECTED_STRING_VALUES";
    public const string NotANumber = "FLOAT_TYPE_STRING_NOT_FLOAT";
    public const string Infinite = "FLOAT_TYPE_HAS_INF";
    public const string NumberTooBig = "FLOAT_TYPE_BIG_FLOAT";
    public const string NumberTooSmall = "FLOAT_TYPE_SMALL_FLOAT";
    public const string NotABoolean = "BOOL_TYPE_UNEXPECTED_STRING";

    /// <summary>A text that is not a timestamp, or a column whose type does not fit its role.</summary>
    public const string UnexpectedType = "UNEXPECTED_DATA_TYPE";

    /// <summary>The file has no rows.</summary>
    public const string NoRows = "NO_DATA_IN_SPAN";

    public const string TooFewRows = "DATASET_LOW_NUM_EXAMPLES";

    /// <summary>model.json asks for something impossible, for instance a metric of another task.</summary>
    public const string InvalidDefinition = "INVALID_SCHEMA_SPECIFICATION";

    public const string Empty = "CSV_EMPTY_FILE";
    public const string EncodingAssumed = CsvNote.Encoding;
    public const string TitleLine = CsvNote.Title;
    public const string CommentLine = CsvNote.Comment;
    public const string RuleLine = CsvNote.Rule;
    public const string RepeatedNames = CsvNote.RepeatedNames;
    public const string FooterLine = CsvNote.Footer;
    public const string NoJsonObject = CsvNote.NoJson;
    public const string LateColumn = CsvNote.LateColumn;
    public const string NestedColumn = CsvNote.NestedColumn;
    public const string OtherSheets = CsvNote.OtherSheets;

    /// <summary>model.json names a sheet, and the file has none.</summary>
    public const string NoSheets = CsvNote.NoSheets;
    public const string NotText = CsvDamage.NotText;
    public const string DamagedGzip = CsvDamage.DamagedGzip;
    public const string DamagedJson = CsvDamage.DamagedJson;
    public const string DamagedZip = CsvDamage.DamagedZip;
    public const string ZipContent = CsvDamage.ZipContent;
    public const string DamagedExcel = CsvDamage.DamagedExcel;
    public const string NoSuchSheet = CsvDamage.NoSuchSheet;
    public const string Markup = CsvDamage.Markup;
    public const string DamagedParquet = CsvDamage.DamagedParquet;
    public const string NotInNative = CsvDamage.NotInNative;
    public const string FileTooLarge = CsvDamage.FileTooLarge;
    public const string RecordTooLong = CsvDamage.RecordTooLong;
    public const string TooManyColumns = CsvDamage.TooManyColumns;
    public const string DuplicateColumn = "CSV_DUPLICATE_COLUMN";
    public const string HeaderIsData = "CSV_HEADER_LOOKS_LIKE_DATA";
    public const string FieldCount = "CSV_FIELD_COUNT";
    public const string StrayQuote = "CSV_STRAY_QUOTE";
    public const string UnclosedQuote = "CSV_UNCLOSED_QUOTE";
    public const string TooManyBadRows = "CSV_TOO_MANY_BAD_ROWS";
    public const string TooLarge = "CSV_TOO_LARGE";

    /// <summary>The last line is cut off.</summary>
    public const string Truncated = "CSV_TRUNCATED";

    public const string NoFeatures = "CSV_NO_FEATURES";

    /// <summary>A column from which the label follows, or that follows from the label.</summary>
    public const string LabelBands = "CSV_LABEL_BANDS";

    // Differences from the model's file before.
    public const string RenamedColumn = "CHANGE_RENAMED_COLUMN";
    public const string SwappedColumns = "CHANGE_SWAPPED_COLUMNS";
    public const string OtherUnit = "CHANGE_UNIT";
    public const string BrokenText = "CHANGE_ENCODING";
    public const string SwappedDayAndMonth = "CHANGE_DAY_AND_MONTH";
    public const string MovedDates = "CHANGE_DATES";
    public const string RepeatedFile = "CHANGE_REPEATED_FILE";
    public const string RepeatedRows = "CHANGE_REPEATED_ROWS";
    public const string ConflictingLabels = "CHANGE_CONFLICTING_LABELS";
    public const string UnrelatedLabels = "CHANGE_UNRELATED_LABELS";
    public const string ReversedLabels = "CHANGE_REVERSED_LABELS";

    /// <summary>
    /// Those of changes since the model's file before, which <c>validation.changesByCode</c> may name.
    /// </summary>
    public static IReadOnlyList<string> Changes { get; } =
    [
        NewColumn, MissingColumn, NotPresent, TooFewDistinct, UnexpectedType, UnexpectedValue, RenamedColumn,
        SwappedColumns, OtherUnit, BrokenText, SwappedDayAndMonth, MovedDates, RepeatedFile, RepeatedRows,
        ConflictingLabels, UnrelatedLabels, ReversedLabels,
    ];
}
