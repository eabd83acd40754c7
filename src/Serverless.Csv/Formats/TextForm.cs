namespace Serverless.Csv.Formats;

/// <summary>What is known of a text before it is looked at, where it was made of a file of another format.</summary>
/// <param name="Delimiter">Null: found from the first lines.</param>
/// <param name="HasNames">Whether the first record is the names of the columns, whatever they look like.</param>
/// <param name="FirstLine">
/// The number of the first line. 0 where the names stand in no row of the file, so that the first row is 1.
/// </param>
/// <param name="RecordsAreLines">Whether a record counts as one line, whatever line ends are in its fields.</param>
public sealed record TextForm(byte? Delimiter, bool HasNames, long FirstLine, bool RecordsAreLines)
{
    /// <summary>Number of fields of a row, by which lines after the table are known; 0: there are none.</summary>
    public int Fields { get; init; }

    /// <summary>Lines before the names of the columns.</summary>
    public int SkippedLines { get; init; }

    /// <summary>Text as it was stored.</summary>
    public static readonly TextForm Plain = new(null, HasNames: false, FirstLine: 1, RecordsAreLines: false);

    /// <summary>Rows of named columns, with the names on a line before the first.</summary>
    public static readonly TextForm Table = new(CsvRow.Delimiter, HasNames: true, FirstLine: 0, RecordsAreLines: true);
}
