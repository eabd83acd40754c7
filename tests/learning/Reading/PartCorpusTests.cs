using Serverless.Learning.Definition;
using Serverless.Tests.Intake;

namespace Serverless.Learning.Tests.Reading;

/// <summary>Every kind of file is understood from its part as from itself.</summary>
public class PartCorpusTests
{
    private static readonly string[] _adult =
    [
        "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship",
        "race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income",
    ];

    public static TheoryData<string> Names => [.. IntakeCorpus.Names];

    public static TheoryData<string> Samples =>
    [
        "bird-strikes/bird-strikes.csv", "drifted/flights-hawaii-june-2001.csv", "drifted/weather-new-york.csv",
        "flight-delays/flights-2001.csv", "malformed/bird-strikes-some-bad-rows.csv", "weather/seattle.csv",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_part_is_understood_as_its_source(string name)
    {
        var file = (await IntakeCorpus.AllAsync()).Single(f => f.Name == name);

        var trial = (await PartTrial.RunAsync(file.Bytes, new ModelDefinition()))!;

        Assert.Empty(trial.Differences());
        await AssertSpelledOutAsync(file.Bytes, trial);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task The_part_of_a_sample_is_understood_as_its_source(string name)
    {
        var bytes = await File.ReadAllBytesAsync(
            Path.Combine(Root(), "data-samples", name), TestContext.Current.CancellationToken);

        var trial = (await PartTrial.RunAsync(bytes, new ModelDefinition()))!;

        Assert.Empty(trial.Differences());
        await AssertSpelledOutAsync(bytes, trial);
    }

    [Theory]
    [InlineData("adult-train")]
    [InlineData("adult-test")]
    [InlineData("bike-sharing-train")]
    [InlineData("bike-sharing-test")]
    [InlineData("taxi-fare-train")]
    [InlineData("taxi-fare-test")]
    public async Task The_part_of_a_published_file_is_understood_as_its_source(string name)
    {
        var path = Path.Combine(Root(), "..", "shared", "data", $"{name}.csv");
        Assert.SkipUnless(File.Exists(path), $"The shared data file {name}.csv is not beside the repository.");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var isAdult = name.StartsWith("adult", StringComparison.Ordinal);

        var trial = (await PartTrial.RunAsync(
            bytes, new ModelDefinition { Columns = isAdult ? _adult : null, Header = isAdult ? false : null }))!;

        Assert.Empty(trial.Differences());
        Assert.InRange(trial.Part.Length, 1, bytes.Length / 2);
    }

    /// <summary>As later files are read: with the model.json that the first one led to.</summary>
    private static async Task AssertSpelledOutAsync(byte[] bytes, PartTrial first)
    {
        var definition = InferredDefinition.From(first.Source.Schema, new ModelDefinition());
        var trial = (await PartTrial.RunAsync(bytes, definition))!;
        Assert.Empty(trial.Differences());
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Serverless.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
