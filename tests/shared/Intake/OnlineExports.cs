using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Exports of Power BI, Google Sheets and Forms, Analytics, Shopify, Stripe and Salesforce.</summary>
internal static class OnlineExports
{
    private const string TwelveHours = "M/d/yyyy h:mm:ss tt";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly NumberForm Percent = Plain with { Suffix = "%" };
    private static readonly NumberForm WholeGroups = English with { Decimals = 0 };

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("online/power-bi.csv")
            .Moment("Date", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As(TwelveHours))
            .Category("Segment", ["Consumer", "Corporate", "Home Office"])
            .Number("Profit", -2_000, 8_000, Plain with { Decimals = 4 })
            .Number("Quantity", 1, 14, Whole)
            .Flag("Returned", "True", "False")
            .NumberLabel("Sales", 1, 4_000, Plain with { Decimals = 3 })
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("online/power-bi-filters.csv")
            .Category("Country", ["Germany", "France", "Spain"])
            .Moment("Month", When.Days(2022, 3), When.As(TwelveHours))
            .Number("Revenue", 100, 90_000, English with { Prefix = "$" })
            .Number("Margin", 0, 60, Percent)
            .Number("Orders", 1, 2_000_000, WholeGroups)
            .ClassLabel("Forecast", "down", "flat", "up")
            .ToCsv(CsvForm.EnglishExcel with { After = ["", "\"Applied filters:", "Year is 2022, 2023, or 2024\""] });

        yield return new Export("online/google-forms.csv", 300)
            .Moment("Timestamp", When.Ordered(When.Day(2025, 1, 3), TimeSpan.FromHours(3), Second),
                When.As("M/d/yyyy H:mm:ss"))
            .Category("Which team are you in?", ["Sales", "Support", "Engineering"])
            .Number("How old are you?", 18, 66, Whole, "")
            .Text("What should we change?", ["more", "meetings", "less", "coffee", "please", "quiet", "rooms"], "")
            .Flag("Remote?", "Yes", "No", "")
            .CountLabel("How happy are you?", 1, 5, IntakeTask.Regression, IntakeTask.Multiclass)
            .ToCsv(CsvForm.Plain);

        yield return new Export("online/google-sheets-germany.tsv")
            .Moment("Zeitstempel", When.Times(2024, 1, Second), When.As("dd.MM.yyyy HH:mm:ss"))
            .Category("Standort", ["Köln", "Ulm"])
            .Number("Kosten", 1, 9_000, German with { Suffix = " €" })
            .Number("Anteil", 0, 100, Comma with { Suffix = "%" })
            .ClassLabel("Freigabe", "WAHR", "FALSCH")
            .ToCsv(CsvForm.Plain with { Delimiter = "\t" });

        yield return new Export("online/analytics-comments.csv")
            .Moment("Date", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("yyyyMMdd"))
            .Category("Channel", ["Direct", "Organic Search", "Email"])
            .Number("Sessions", 10, 900, Whole)
            .Number("Engagement rate", 0, 1, Plain with { Decimals = 6 })
            .CountLabel("Conversions", 0, 30, IntakeTask.Regression)
            .ToCsv(CsvForm.Plain with
            {
                Before =
                [
                    "# ----------------------------------------", "# Traffic acquisition", "# Start date: 20240101",
                    "# End date: 20240827", "# ----------------------------------------", "",
                ],
            });

        yield return new Export("online/shopify-orders.csv")
            .Id("Name", (random, row) => $"#{1_000 + row}")
            .Moment("Created at", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss '+0100'", 1))
            .Moment("Fulfilled at", When.Times(2024, 1, Second), When.As("yyyy-MM-dd HH:mm:ss '-0400'", -4), "")
            .Number("Subtotal", 5, 400, Plain)
            .Number("Shipping", 0, 30, Plain, "")
            .Flag("Accepts Marketing", "yes", "no")
            .ClassLabel("Risk Level", "Low", "Medium", "High")
            .ToCsv(CsvForm.Plain);

        yield return new Export("online/stripe-utc.csv", 300)
            .Moment("Created (UTC)", When.NewestFirst(When.Day(2025, 2, 1), TimeSpan.FromHours(4), Second),
                When.As("yyyy-MM-dd HH:mm:ss"))
            .Number("Amount", 1, 900, Plain)
            .Number("Fee", 0, 30, Plain)
            .Category("Currency", ["eur", "usd", "chf"])
            .Flag("Captured", "true", "false")
            .ClassLabel("Status", "Paid", "Refunded", "Failed")
            .ToCsv(CsvForm.Plain);

        yield return new Export("online/salesforce-title.csv")
            .Moment("Close Date", When.Days(2023, 2), When.As("M/d/yyyy"))
            .Category("Stage Owner", ["Kim", "Ana", "Lee"])
            .Number("Amount", 500, 90_000, English with { Prefix = "USD " })
            .Number("Probability", 0, 100, Whole with { Suffix = "%" })
            .Number("Age", 0, 400, Whole)
            .ClassLabel("Won", "0", "1")
            .ToCsv(CsvForm.EnglishExcel with
            {
                Before = ["Opportunities by stage", "As of 2/1/2025", ""],
                After = ["", "Confidential Information - Do Not Distribute", "Copyright 2025"],
                Quoting = Quoting.All,
            });

        yield return new Export("online/quickbooks-title.csv")
            .Moment("Date", When.Days(2024, 1), When.As("MM/dd/yyyy"))
            .Category("Transaction Type", ["Invoice", "Payment", "Bill"])
            .Number("Debit", 1, 9_000, English, "")
            .Number("Open Balance", -900, 9_000, English)
            .NumberLabel("Amount", 10, 3_000, English)
            .ToCsv(CsvForm.EnglishExcel with
            {
                Before = ["Miller & Sons,,,,", "Transaction List by Date,,,,", "January - December 2024,,,,", ",,,,"],
                After = ["TOTAL,,\"401,222.10\",,\"322,118.00\"", ",,,,", "\"Friday, Jan 31, 2025 10:20:30 AM\",,,,"],
            });
    }
}
