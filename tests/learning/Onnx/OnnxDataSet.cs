using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Tests.Onnx;

/// <summary>A real data set with its definition: a sample of the repository, or a shared one beside it.</summary>
/// <param name="Test">The file with the rows to predict.</param>
internal sealed record OnnxDataSet(string Train, string Test, string Definition)
{
    private const string Taxi = """{"label": "fare_amount", "task": "regression"}""";

    private const string Bike = """
        {"label": "cnt", "task": "regression", "time": "dteday", "features": [
          {"name": "instant", "ignored": true}, {"name": "casual", "ignored": true},
          {"name": "registered", "ignored": true}]}
        """;

    private const string Adult = """
        {"label": "income", "task": "binary", "header": false, "columns": [
          "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship",
          "race",
          "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income"]}
        """;

    /// <summary>Skips the test if the shared data are missing.</summary>
    public static OnnxDataSet Find(string name)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Serverless.sln"))) root = root.Parent;
        string Sample(string file) => Path.Combine(root!.FullName, "data-samples", name, file);
        string Shared(string part)
        {
            var path = Path.Combine(root!.Parent!.FullName, "shared", "data", $"{name}-{part}.csv");
            Assert.SkipUnless(File.Exists(path),
                $"The real data are not there: shared/data/{name}-{part}.csv beside the repository.");
            return path;
        }

        return name switch
        {
            "bird-strikes" => OfSample("bird-strikes.csv"),
            "weather" => OfSample("seattle.csv"),
            "flight-delays" => OfSample("flights-2001.csv"),
            "taxi-fare" => new OnnxDataSet(Shared("train"), Shared("test"), Taxi),
            "bike-sharing" => new OnnxDataSet(Shared("train"), Shared("test"), Bike),
            _ => new OnnxDataSet(Shared("train"), Shared("test"), Adult),
        };

        OnnxDataSet OfSample(string file) => new(Sample(file), Sample(file), File.ReadAllText(Sample("model.json")));
    }

    /// <summary>The definition with one trainer and one trial.</summary>
    public string With(string trainer)
    {
        var definition = ModelDefinitionReader.Read(Encoding.UTF8.GetBytes(Definition)).Definition!;
        return ModelDefinitionReader.ToJson(definition with
        {
            Training = definition.Training with { Trainers = [trainer], Trials = 1 },
        });
    }

    /// <summary>All readable rows of the test file.</summary>
    public async Task<Table> ReadTestAsync(DatasetSchema schema, string definition)
    {
        await using var content = File.OpenRead(Test);
        var read = await DatasetReader.ReadAsync(
            content,
            new DatasetReadOptions(
                Path.GetFileName(Test), schema,
                ModelDefinitionReader.Read(Encoding.UTF8.GetBytes(definition)).Definition!),
            TestContext.Current.CancellationToken);
        return read.Table ?? throw new InvalidDataException(read.Report.Rejection);
    }
}
