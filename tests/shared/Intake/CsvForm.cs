using System.Text;

namespace Serverless.Tests.Intake;

internal enum Quoting { WhereNeeded, Texts, All }

/// <summary>How a program writes a table as delimited text.</summary>
internal sealed record CsvForm
{
    public static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    public static readonly Encoding Utf8WithMark = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true);
    public static readonly Encoding Windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
    public static readonly Encoding Latin1 = Encoding.Latin1;
    public static readonly Encoding Utf16 = new UnicodeEncoding(bigEndian: false, byteOrderMark: true);
    public static readonly Encoding Utf16BigEndian = new UnicodeEncoding(bigEndian: true, byteOrderMark: true);

    public static readonly CsvForm Plain = new();

    /// <summary>Excel's 'CSV (Trennzeichen-getrennt)' where the decimal sign is a comma.</summary>
    public static readonly CsvForm Excel = new() { Delimiter = ";", NewLine = "\r\n", Encoding = Windows };

    /// <summary>Excel's 'CSV UTF-8' where the decimal sign is a comma.</summary>
    public static readonly CsvForm ExcelUtf8 = Excel with { Encoding = Utf8WithMark };

    /// <summary>Excel's 'CSV UTF-8' where the decimal sign is a point.</summary>
    public static readonly CsvForm EnglishExcel = new() { NewLine = "\r\n", Encoding = Utf8WithMark };

    /// <summary>Excel's 'Unicode text'.</summary>
    public static readonly CsvForm ExcelUnicode = new() { Delimiter = "\t", NewLine = "\r\n", Encoding = Utf16 };

    public string Delimiter { get; init; } = ",";

    public string NewLine { get; init; } = "\n";

    public Encoding Encoding { get; init; } = Utf8;

    public Quoting Quoting { get; init; }

    /// <summary>Lines before the header.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Lines after the last row.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Lines between the header and the first row.</summary>
    public IReadOnlyList<string> Between { get; init; } = [];
}
