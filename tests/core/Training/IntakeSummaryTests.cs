using System.Globalization;
using Serverless.Core.Training;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class IntakeSummaryTests
{
    [Fact]
    public async Task A_run_tells_how_its_columns_were_read_and_what_was_left_out()
    {
        var rows = Enumerable.Range(0, 300).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{(i * 7919) % 100_003};{(i % 28) + 1:00}.{(i % 12) + 1:00}.2025;{i % 9},5 €;{Answer(i)}\n"));
        await using var product = new Product();

        var record = await product.TrainAsync(
            "kunden",
            "export.csv",
            "Kundennummer;Datum;Betrag;Gekündigt\n" + string.Concat(rows) + "1;01.01.2025;1,5 €;\n1;01.01.2025;x;Ja\n",
            definition: null);

        Assert.Equal(
            [
                "Predicts 'Gekündigt' (binary): 2 classes in 301 rows; the positive class is 'Ja'.",
                "Read as: 'Datum' (dates with the day first, such as '01.01.2025'); "
                    + "'Betrag' (numbers with a decimal comma in €, such as '0,5 €').",
                "Left out: 'Kundennummer' (an id by its name, and nearly every row has its own).",
                "1 row without a label left out.",
                "1 row put aside as bad.",
            ],
            record.Intake);
        Assert.Equal(
            [
                "Kundennummer: left out, as it is, , 0",
                "Datum: timestamp, dates with the day first, such as '01.01.2025', '01.01.2025', 0",
                "Betrag: numeric, numbers with a decimal comma in €, such as '0,5 €', '0,5 €', 1",
                "Gekündigt: label, binary, as it is, 'nein', 0",
            ],
            record.Columns.Select(c => $"{c.Name}: {c.TakenFor}, {c.Format ?? "as it is"}, {c.Example}, {c.Misfits}"));
        Assert.Equal(record.Intake, (await product.Get<RunRecordStore>().ListNewestAsync(
            "kunden", 1, TestContext.Current.CancellationToken))[0].Intake);

        static string Answer(int row) => row % 9 > 4 ? "Ja" : "nein";
    }

    [Fact]
    public async Task Rows_ordered_by_parts_of_a_date_are_judged_on_the_newest()
    {
        var rows = Enumerable.Range(0, 400).Select(i => new DateTime(2024, 1, 1).AddDays(i) is var day
            ? $"{day.Year},{day.Month},{day.Day},{i * 7 % 50},{(i * 7 % 50) + (i % 9)}.5\n" : "");
        await using var product = new Product();

        var record = await product.TrainAsync(
            "sales", "a.csv", "year,month,day,x,y\n" + string.Concat(rows), definition: null);
        var manifest = await product.Registry.GetAsync("sales", 1, TestContext.Current.CancellationToken);

        Assert.Contains("'year', 'month', 'day' together order the rows", record.Intake![0], StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2025, 2, 3, 0, 0, 0, TimeSpan.Zero), manifest!.DataUntil);
    }
}
