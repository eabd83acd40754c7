using FsCheck;
using FsCheck.Fluent;
using Serverless.Learning.Reading;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Reading;

public class CsvProperties
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260101, 17);

    [Fact]
    public void Any_table_of_texts_reads_back_as_it_was_written()
    {
        var tables =
            from columns in Gen.Choose(1, 6)
            from delimiter in Gen.Elements(',', ';', '\t')
            from end in Gen.Elements("\n", "\r\n")
            from rows in Field().ArrayOf(columns).ArrayOf()
            select (delimiter, end, rows);

        Check.One(Seeded, Prop.ForAll(tables.ToArbitrary(), table =>
        {
            // The names determine the delimiter, as in files.
            var names = Enumerable.Range(0, table.rows.FirstOrDefault()?.Length ?? 1).Select(i => $"c{i}").ToArray();
            // The last row has values: a line of none, or of a remark, is a footer.
            string[][] all = [names, .. table.rows, [.. names.Select(_ => "1")]];
            var text = string.Concat(all.Select(r => string.Join(table.delimiter, r.Select(Quote)) + table.end));
            var (records, _, damage) = CsvText.TokenizeAsync(CsvText.Utf8(text)).GetAwaiter().GetResult();
            return damage is null
                && records.Count == all.Length
                && records.Zip(all).All(p => p.First!.SequenceEqual(p.Second));
        }));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_throw()
    {
        Check.One(Seeded, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Accounted(bytes)));
        Check.One(Seeded, Prop.ForAll(
            Gen.Elements("a1\",;\t\n\r? é\0".ToCharArray()).ArrayOf().Select(c => CsvText.Utf8(new string(c)))
                .ToArbitrary(),
            bytes => Accounted(bytes)));
    }

    private static bool Accounted(byte[] bytes)
    {
        var report = CsvText.DropAsync(bytes).GetAwaiter().GetResult();
        return report.Accepted ? report.BadRows <= 0.05 * report.Rows : report.Rejection!.Length > 20;
    }

    private static Gen<string> Field() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => Clean(s.Get)),
        Gen.Elements("a", "\"", ",", ";", "\t", "\n", "\r\n", " ", "", "🙂").ArrayOf().Select(string.Concat));

    /// <summary>Replaces NUL, which is refused, and lone surrogates, which UTF-8 cannot encode.</summary>
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Where(r => r.Value is not (0 or 0xFFFD)).Select(r => r.ToString()));

    private static string Quote(string field) => $"\"{field.Replace("\"", "\"\"")}\"";
}
