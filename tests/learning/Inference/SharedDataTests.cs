using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Inference;

/// <summary>Real files as published.</summary>
public class SharedDataTests
{
    private static readonly string[] AdultColumns =
    [
        "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship",
        "race", "sex",
        "capital_gain", "capital_loss", "hours_per_week", "native_country", "income",
    ];

    [Fact]
    public async Task Bike_sharing_is_ordered_by_date_without_its_leaks()
    {
        var bytes = await ReadAsync("bike-sharing-train.csv");

        var schema = (await CsvText.InferAsync(bytes)).Schema!;
        var result = await CsvText.ReadAsync(bytes, schema);

        Assert.Equal(("cnt", ModelTask.Regression, "dteday"), (schema.Label, schema.Task, schema.Time));
        Assert.Equal(
            ["instant: counts the rows", "casual: gives the label away: cnt follows exactly from casual, registered",
                "registered: gives the label away: cnt follows exactly from casual, registered"],
            schema.Columns.Where(c => c.Role == ColumnRole.Ignored).Select(c => $"{c.Name}: {c.Reason}"));
        Assert.Equal((13_949, 0), (result.Table!.RowCount, result.Report.Anomalies.Count));
        Assert.Equal(16f, ((NumericColumn)result.Table.Find("cnt")!).Values[0]);
        Assert.Null(result.Table.Find("casual"));

        var test = await CsvText.ReadAsync(await ReadAsync("bike-sharing-test.csv"), schema);
        Assert.Equal((3_430, 0), (test.Table!.RowCount, test.Report.Anomalies.Count));
    }

    [Fact]
    public async Task Adult_without_names_is_refused_and_with_names_every_row_is_good()
    {
        var bytes = await ReadAsync("adult-train.csv");
        var definition = new ModelDefinition { Columns = AdultColumns };

        var refused = await CsvText.DropAsync(bytes);
        var schema = (await CsvText.InferAsync(bytes, definition)).Schema!;
        var result = await CsvText.ReadAsync(bytes, schema, definition);

        Assert.StartsWith("Expected column names in the first row, found the number '39'", refused.Rejection);
        Assert.Equal(("income", ModelTask.Binary), (schema.Label, schema.Task));
        Assert.Equal(14, schema.Features.Count());
        Assert.Equal((32_561, 32_561, 0), (result.Table!.RowCount, result.Report.Rows, result.Report.BadRows));
        Assert.Equal(["<=50K", ">50K"], ((CategoricalColumn)result.Table.Find("income")!).Values);
        var workclass = (CategoricalColumn)result.Table.Find("workclass")!;
        Assert.Equal(1_836, workclass.Codes.Count(c => c < 0));
        Assert.Equal("State-gov", workclass.Values[0]);
    }

    [Fact]
    public async Task Taxi_fares_load_whole()
    {
        var bytes = await ReadAsync("taxi-fare-train.csv");

        var schema = (await CsvText.InferAsync(bytes)).Schema!;
        var result = await CsvText.ReadAsync(bytes, schema);

        Assert.Equal(("fare_amount", ModelTask.Regression, (string?)null), (schema.Label, schema.Task, schema.Time));
        Assert.Equal((100_000, 0), (result.Table!.RowCount, result.Report.Anomalies.Count));
        Assert.Equal(6, schema.Features.Count());
        Assert.Equal(["CMT", "VTS"], ((CategoricalColumn)result.Table.Find("vendor_id")!).Values);
    }

    private static async Task<byte[]> ReadAsync(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent;
        }

        var path = Path.Combine(folder!.FullName, "..", "shared", "data", name);
        Assert.SkipUnless(File.Exists(path), $"The shared data file {name} is not beside the repository.");
        return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
    }
}
