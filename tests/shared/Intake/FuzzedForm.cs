using System.Text;

namespace Serverless.Tests.Intake;

/// <summary>Writes an export as a random kind of file in a random layout.</summary>
internal static class FuzzedForm
{
    private static readonly string[][] _before =
    [
        ["Quarterly report"], ["Export of sales", ""], ["# made by probe 2.1"],
        ["# made by probe 2.1", "# site: hall 3"],
        ["Report", "Created by hand", ""], ["", ""],
    ];

    private static readonly string[][] _after =
    [
        ["", ""], ["", "Source: probe 2.1, all rights reserved"], ["", "(end of report)"], ["Ende des Berichts"],
    ];

    public static async Task<IntakeFile> WriteAsync(Export export, Random random)
    {
        var isText = random.Next(4) == 0; // a number or date is stored as people see it
        switch (random.Next(12))
        {
            case 0:
                return export.ToWorkbook(isText, random.Next(3) == 0 ? ["Quarterly report"] : []);
            case 1:
                return await export.ToParquetAsync(isText);
            case 2:
                return export.ToJsonLines(isText);
            case 3:
                return ToText(export, random).Gzip();
            case 4:
                return ToText(export, random).Zip();
            case 5:
                return random.Next(2) == 0 ? export.ToWorkbook(isText, []).Zip() : export.ToJsonLines(isText).Gzip();
            default:
                return ToText(export, random);
        }
    }

    private static IntakeFile ToText(Export export, Random random)
    {
        var delimiter = Any(random, [",", ",", ";", ";", "\t", "|"]);
        Encoding[] encodings =
        [
            CsvForm.Utf8, CsvForm.Utf8, CsvForm.Utf8WithMark, CsvForm.Windows, CsvForm.Latin1, CsvForm.Utf16,
            CsvForm.Utf16BigEndian,
        ];
        var encoding = Any(random, encodings);
        if (random.Next(5) == 0 && export.Columns[0].Values.Count >= 100) export.Break(Any(random, Breaks(delimiter)));
        var totals = string.Join(
            delimiter, export.Columns.Select((_, i) => i == 0 ? "Total" : i % 2 == 0 ? "" : "300"));
        return export.ToCsv(new CsvForm
        {
            Delimiter = delimiter,
            NewLine = Any(random, ["\n", "\n", "\n", "\r\n", "\r\n", "\r\n", "\r"]),
            Encoding = export.Fits(encoding) ? encoding : CsvForm.Utf8,
            Quoting = Any(random, [Quoting.WhereNeeded, Quoting.WhereNeeded, Quoting.Texts, Quoting.All]),
            Before = random.Next(8) switch { 0 => [$"sep={delimiter}"], 1 => Any(random, _before), _ => [] },
            After = random.Next(10) switch { 0 => [totals], 1 or 2 => Any(random, _after), _ => [] },
        });
    }

    private static Func<string, string>[] Breaks(string delimiter) =>
    [
        line => line + delimiter + "1", line => line + delimiter + delimiter + delimiter,
        line => line[..Math.Max(1, line.LastIndexOf(delimiter, StringComparison.Ordinal))],
        line => "\"" + line.Replace("\"", ""), line => line.Insert(line.Length / 2, "\""),
    ];

    private static T Any<T>(Random random, T[] of) => of[random.Next(of.Length)];
}
