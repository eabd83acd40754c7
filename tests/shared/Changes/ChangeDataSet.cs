using System.Text;
using Serverless.Learning.Definition;

namespace Serverless.Tests.Changes;

/// <summary>A real data set in order of its rows, and the columns that the mutations change.</summary>
/// <param name="Number">Column of numbers whose unit changes.</param>
/// <param name="Pair">Two columns to swap.</param>
/// <param name="Renamed">A column and its other name.</param>
/// <param name="Category">Column of texts, or of codes; may be the label.</param>
/// <param name="Date">Column of dates; null without one.</param>
/// <param name="Length">Rows of the files that are compared: before, and now.</param>
internal sealed record ChangeDataSet(
    string Name,
    string Definition,
    string Number,
    (string One, string Other) Pair,
    (string From, string To) Renamed,
    string Category,
    string? Date,
    (int Before, int Now) Length)
{
    public required string Label { get; init; }

    /// <summary>Columns of a file without names.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The files below the folders of the samples or of the shared data.</summary>
    public required string[] Files { get; init; }

    public bool IsShared { get; init; }

    private const string Adult = """
        {"label": "income", "task": "binary"}
        """;

    private const string Bike = """
        {"label": "cnt", "task": "regression", "time": "dteday", "features": [
          {"name": "instant", "ignored": true}, {"name": "casual", "ignored": true},
          {"name": "registered", "ignored": true}]}
        """;

    public static IReadOnlyList<ChangeDataSet> All { get; } =
    [
        new("bird-strikes", "model.json", "Speed IAS in knots", ("Wildlife Size", "Time of day"),
            ("Wildlife Species", "Species"), "Wildlife Size", "Flight Date", (7_000, 3_000))
        { Label = "Damage", Files = ["bird-strikes/bird-strikes.csv"] },
        new("weather", "model.json", "temp_max", ("temp_min", "wind"), ("wind", "wind_speed"), "weather", "date",
            (1_096, 365))
        { Label = "weather", Files = ["weather/seattle.csv"] },
        new("flight-delays", "model.json", "distance", ("hour", "distance"), ("origin", "departure"), "origin", "date",
            (8_000, 4_000))
        { Label = "delay", Files = ["flight-delays/flights-2001.csv"] },
        new("adult", Adult, "hours_per_week", ("relationship", "race"), ("education_num", "years_of_education"),
            "workclass", null, (8_000, 4_000))
        {
            Label = "income",
            IsShared = true,
            Files = ["adult-train.csv"],
            Names = ["age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation",
                "relationship", "race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country",
                "income"],
        },
        new("bike-sharing", Bike, "temp", ("hum", "windspeed"), ("hum", "humidity"), "weathersit", "dteday",
            (8_000, 3_000))
        { Label = "cnt", IsShared = true, Files = ["bike-sharing-train.csv", "bike-sharing-test.csv"] },
        new("taxi-fare", """{"label": "fare_amount", "task": "regression"}""", "trip_distance",
            ("trip_time_in_secs", "trip_distance"), ("trip_time_in_secs", "duration"), "payment_type", null,
            (8_000, 4_000))
        { Label = "fare_amount", IsShared = true, Files = ["taxi-fare-train.csv"] },
    ];

    public bool IsThere => Files.All(f => File.Exists(Path.Combine(Folder, f)));

    /// <summary>All rows.</summary>
    public ChangeTable Read()
    {
        var parts = Files.Select(f => ChangeTable.Read(Path.Combine(Folder, f), Names)).ToList();
        return parts[0] with { Rows = [.. parts.SelectMany(p => p.Rows)] };
    }

    /// <summary>What model.json says before the first file comes.</summary>
    public ModelDefinition ReadDefinition()
    {
        var json = IsShared ? Definition : File.ReadAllText(Path.Combine(Folder, Name, Definition));
        return ModelDefinitionReader.Read(Encoding.UTF8.GetBytes(json)).Definition!;
    }

    public string Folder => IsShared
        ? Path.Combine(Root.Parent!.FullName, "shared", "data")
        : Path.Combine(Root.FullName, "data-samples");

    private static DirectoryInfo Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) folder = folder.Parent!;
            return folder;
        }
    }
}
