using static Serverless.Tests.Intake.NumberForm;

namespace Serverless.Tests.Intake;

/// <summary>Excel and accounting exports of teams in the US, the UK and India.</summary>
internal static class EnglishExports
{
    private static readonly NumberForm Dollars = English with { Prefix = "$" };
    private static readonly NumberForm Rupees = Indian with { Prefix = "₹" };
    private static readonly NumberForm WholeGroups = English with { Decimals = 0 };
    private static readonly NumberForm OneDecimal = Plain with { Decimals = 1 };

    public static IEnumerable<IntakeFile> Files()
    {
        yield return new Export("english/us-sales-quoted.csv")
            .Moment("Order Date", When.Ordered(When.Day(2024, 1, 1), TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
                When.As("M/d/yyyy"))
            .Category("State", ["TX", "CA", "NY", "WA"])
            .Number("Revenue", 50, 90_000, English)
            .Number("Units", 1, 2_500_000, WholeGroups)
            .Number("Discount", 0, 45, OneDecimal with { Suffix = "%" })
            .NumberLabel("Unit Price", 12, 240, Dollars)
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/us-ledger-parentheses.csv")
            .Moment("Post Date", When.Days(2023, 2), When.As("MM/dd/yyyy"))
            .Category("Account", ["Payroll", "Rent", "Travel", "Other"])
            .Number("Amount", -9_000, 12_000, Accounting)
            .Number("Variance", -900, 900, Accounting with { Prefix = "$" }, "-")
            .Number("Balance", -20_000, 80_000, Accounting with { Prefix = "$" })
            .NumberLabel("Adjustment", -90, 400, Accounting)
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/us-clock-of-twelve-hours.csv", 300)
            .Moment("Opened", When.Ordered(When.Day(2024, 6, 1), TimeSpan.FromHours(2), TimeSpan.FromMinutes(1)),
                When.As("MM/dd/yyyy hh:mm tt"))
            .Moment("Closed", When.Times(2024, 1, TimeSpan.FromSeconds(1)), When.As("M/d/yyyy h:mm:ss tt"), "")
            .Category("Priority", ["Low", "Normal", "High"])
            .Flag("Escalated", "Yes", "No")
            .Number("Replies", 0, 40, Whole)
            .ClassLabel("Breached", "No", "Yes")
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/us-short-years.csv")
            .Moment("Hired", When.Days(2012, 13), When.As("M/d/yy"))
            .Category("Department", ["Sales", "Ops", "IT"])
            .Number("Salary", 30_000, 190_000, Dollars with { Decimals = 0 })
            .Number("Bonus", 0, 20, OneDecimal with { Suffix = "%" }, "N/A", "")
            .Flag("Remote", "Y", "N")
            .ClassLabel("Attrition", "No", "Yes")
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/us-errors.csv")
            .Category("Store", ["Austin", "Boise", "Camden"])
            .Number("Margin", -0.5, 0.9, Plain with { Decimals = 4 }, "#DIV/0!", "#N/A")
            .Number("Last Year", 10, 60_000, English, "#N/A", "#REF!")
            .Number("Growth", -40, 90, OneDecimal with { Suffix = "%" }, "#DIV/0!", "#VALUE!")
            .Moment("Reviewed", When.Days(2024, 1), When.As("M/d/yyyy"), "#N/A")
            .ClassLabel("On Target", "TRUE", "FALSE")
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/uk-orders.csv")
            .Moment("Date", When.Days(2023, 2), When.As("dd/MM/yyyy"))
            .Category("Region", ["North", "South", "Wales"])
            .Number("Net", 5, 40_000, English with { Prefix = "£" })
            .Number("VAT", 1, 900, Plain with { Prefix = "£" }, "")
            .Number("Weight", 0.1, 30, Plain with { Suffix = " kg" })
            .NumberLabel("Delivery Cost", 2, 90, Plain with { Prefix = "£" })
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/uk-times-windows-1252.csv")
            .Moment("Logged", When.Times(2024, 1, TimeSpan.FromMinutes(1)), When.As("d/M/yyyy HH:mm"))
            .Moment("Due", When.Days(2024, 1), When.As("dd-MMM-yyyy"), "")
            .Category("Site", ["Café", "Depôt", "Head office"])
            .Number("Cost", 1, 4_000, English with { Prefix = "£" })
            .Flag("Urgent", "Y", "N")
            .ClassLabel("Outcome", "fixed", "replaced", "no fault")
            .ToCsv(CsvForm.EnglishExcel with { Encoding = CsvForm.Windows });

        yield return new Export("english/uk-few-late-days.csv")
            .Moment("Visit", (random, row) => row == 150
                ? When.Day(2024, 3, 27)
                : When.EarlyDays(2023, 2)(random, row), When.As("d/M/yyyy"))
            .Category("Clinic", ["Leeds", "York", "Hull"])
            .Number("Wait", 1, 240, Whole)
            .Number("Age", 18, 99, Whole)
            .Flag("First visit", "yes", "no")
            .ClassLabel("Attended", "yes", "no")
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/india-lakh.csv")
            .Moment("Invoice Date", When.Days(2023, 2), When.As("dd-MM-yyyy"))
            .Category("City", ["Pune", "Kochi", "Jaipur"])
            .Number("Turnover", 5_000, 9_000_000, Indian)
            .Number("Population", 1_000, 30_000_000, Indian with { Decimals = 0 })
            .Number("Tax", 100, 900_000, Rupees)
            .NumberLabel("Cess", 200, 900, Rupees with { Prefix = "₹ " })
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/india-lakh-label.csv")
            .Category("Locality", ["Baner", "Aundh", "Kothrud"])
            .Number("Area", 300, 3_000, WholeGroups with { Suffix = " sqft" })
            .Number("Rooms", 1, 6, Whole)
            .Moment("Listed", When.Days(2024, 1), When.As("dd-MMM-yy"))
            .Flag("Furnished", "Yes", "No")
            .NumberLabel("Price", 1_500_000, 30_000_000, Rupees with { Decimals = 0 })
            .ToCsv(CsvForm.EnglishExcel);

        yield return new Export("english/australia-usd-codes.csv")
            .Moment("Settled", When.Days(2024, 1), When.As("d MMM yyyy"))
            .Number("Fee", 1, 90, Plain with { Prefix = "USD " })
            .Number("Gross", 100, 90_000, English with { Suffix = " AUD" })
            .Number("Refund", -400, 100, Plain with { Prefix = "$" })
            .Category("Channel", ["web", "store", "phone"])
            .ClassLabel("Disputed", "no", "yes")
            .ToCsv(CsvForm.Plain);

        yield return new Export("english/total-row.csv", 300)
            .Category("Product", ["Bolt", "Nut", "Washer"])
            .Moment("Month", When.Days(2022, 3), When.As("M/d/yyyy"))
            .Number("Sold", 0, 900, Whole)
            .Number("Price", 0.1, 9, Plain)
            .CountLabel("Returns", 0, 28, IntakeTask.Regression)
            .ToCsv(CsvForm.EnglishExcel with { After = ["Total,,120455,,4211"] });
    }
}
