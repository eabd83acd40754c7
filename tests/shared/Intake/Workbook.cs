using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Serverless.Tests.Intake;

/// <summary>An .xlsx of one sheet, or of two whose first one explains the other, with the parts that ECMA-376 requires and cells as Excel stores them.</summary>
internal static class Workbook
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";

    /// <param name="rows">
    /// Cells of double, bool, DateTime or text; null for an empty cell. A row without cells is a blank one.
    /// </param>
    /// <param name="readMe">Lines of a sheet before that of the rows; null without one.</param>
    public static byte[] Write(IEnumerable<IReadOnlyList<object?>> rows, IReadOnlyList<string>? readMe = null)
    {
        var sheet = new StringBuilder($"<worksheet xmlns=\"{Main}\"><sheetData>");
        var texts = new List<string>();
        var places = new Dictionary<string, int>();
        foreach (var (row, cells) in rows.Index())
        {
            sheet.Append(CultureInfo.InvariantCulture, $"<row r=\"{row + 1}\">");
            foreach (var (column, cell) in cells.Index())
            {
                if (cell is not null) sheet.Append(Cell($"{Letters(column)}{row + 1}", cell));
            }

            sheet.Append("</row>");
        }

        sheet.Append("</sheetData></worksheet>");
        var before = readMe is null ? "" : "<sheet name=\"Read me\" sheetId=\"2\" r:id=\"rId4\"/>";
        return Zip(
            ("[Content_Types].xml", $"<Types xmlns=\"{Package}/content-types\"/>"),
            ("_rels/.rels", Relationships(("officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\"><sheets>{before}"
                + "<sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", Relationships(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"), ("worksheet", "worksheets/sheet2.xml"))),
            // Style 1 shows a number as a moment, style 2 as a day.
            ("xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><cellXfs><xf numFmtId=\"0\"/>"
                + "<xf numFmtId=\"22\" applyNumberFormat=\"1\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/>"
                + "</cellXfs></styleSheet>"),
            ("xl/sharedStrings.xml", $"<sst xmlns=\"{Main}\">"
                + string.Concat(texts.Select(t => $"<si><t xml:space=\"preserve\">{Escaped(t)}</t></si>")) + "</sst>"),
            ("xl/worksheets/sheet1.xml", sheet.ToString()),
            ("xl/worksheets/sheet2.xml", $"<worksheet xmlns=\"{Main}\"><sheetData>"
                + string.Concat((readMe ?? []).Select((line, i) =>
                    $"<row r=\"{i + 1}\"><c r=\"A{i + 1}\" t=\"inlineStr\"><is><t>{Escaped(line)}</t></is></c></row>"))
                + "</sheetData></worksheet>"));

        string Cell(string place, object value) => value switch
        {
            double number => $"<c r=\"{place}\"><v>{Text(number)}</v></c>",
            bool flag => $"<c r=\"{place}\" t=\"b\"><v>{(flag ? 1 : 0)}</v></c>",
            DateTime moment => $"<c r=\"{place}\" s=\"{(moment.TimeOfDay == TimeSpan.Zero ? 2 : 1)}\">"
                + $"<v>{Text(moment.ToOADate())}</v></c>",
            string text => $"<c r=\"{place}\" t=\"s\"><v>{PlaceOf(text)}</v></c>",
            _ => throw new NotSupportedException(value.GetType().Name),
        };

        int PlaceOf(string text)
        {
            if (!places.TryGetValue(text, out var place))
            {
                places.Add(text, place = texts.Count);
                texts.Add(text);
            }

            return place;
        }
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text);

    private static string Letters(int column) =>
        (column < 26 ? "" : Letters((column / 26) - 1)) + (char)('A' + (column % 26));

    private static string Relationships(params (string Type, string Target)[] all) =>
        $"<Relationships xmlns=\"{Package}/relationships\">"
        + string.Concat(all.Select((r, i) =>
            $"<Relationship Id=\"rId{i + 1}\" Type=\"{Office}/{r.Type}\" Target=\"{r.Target}\"/>"))
        + "</Relationships>";

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return packed.ToArray();
    }
}
