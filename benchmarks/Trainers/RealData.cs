using System.Text;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Trainers;

/// <summary>A real data set with a typical <c>model.json</c>.</summary>
internal sealed record RealData(string Name, string File, ModelDefinition Definition)
{
    public static IReadOnlyList<RealData> All { get; } =
    [
        new(
            "taxi-fare",
            "taxi-fare-train.csv",
            new ModelDefinition { Label = "fare_amount", Task = ModelTask.Regression }),
        new("bike-sharing", "bike-sharing-train.csv", new ModelDefinition
        {
            Label = "cnt",
            Task = ModelTask.Regression,
            Time = "dteday",
            // instant numbers the rows; casual and registered add up to the label.
            Features = [Ignored("instant"), Ignored("casual"), Ignored("registered")],
        }),
        new("adult", "adult-train.csv", new ModelDefinition
        {
            Header = false,
            Columns =
            [
                "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation",
                "relationship",
                "race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income",
            ],
            Label = "income",
            Task = ModelTask.Binary,
        }),
    ];

    /// <summary>
    /// The folder of the data sets: the given one, or <c>../shared/data</c> beside the repository. Null if files are
    /// missing.
    /// </summary>
    public static string? FindFolder(string? given)
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !System.IO.File.Exists(Path.Combine(repository.FullName, "Serverless.sln")))
        {
            repository = repository.Parent;
        }

        var folder = given ?? Path.Combine(repository?.Parent?.FullName ?? "", "shared", "data");
        return All.All(d => System.IO.File.Exists(Path.Combine(folder, d.File))) ? folder : null;
    }

    /// <summary>Reads, validates, splits and encodes the file as a run does.</summary>
    /// <exception cref="InvalidDataException">The file is not as expected.</exception>
    public async Task<PreparedData> PrepareAsync(string folder, CancellationToken cancellationToken)
    {
        await using var content = System.IO.File.OpenRead(Path.Combine(folder, File));
        var inference = await SchemaInference.InferAsync(content, File, Definition, cancellationToken);
        if (inference.Schema is not { } schema) throw new InvalidDataException(inference.Rejection!.Rejection);

        content.Position = 0;
        var sample = inference.Sample!;
        var read = await DatasetReader.ReadAsync(
            content,
            new DatasetReadOptions(File, schema, Definition)
            {
                Plan = BinningPlanner.For(schema, [sample], Environment.ProcessorCount),
                Rows = sample.Rows.Seen,
            },
            cancellationToken);
        if (read.Table is not { } table) throw new InvalidDataException(read.Report.Rejection);

        var (data, refusal) = DataPreparation.Prepare(
            Definition, schema, table, read.AllRows, Environment.ProcessorCount);
        return data ?? throw new InvalidDataException(refusal);
    }

    /// <summary>Reads the publisher's test file, encoded like the training file.</summary>
    /// <exception cref="InvalidDataException">The file is not as expected.</exception>
    public async Task<TrainingData> ReadTestAsync(
        string folder, PreparedData prepared, CancellationToken cancellationToken)
    {
        var file = File.Replace("-train", "-test", StringComparison.Ordinal);
        var text = await System.IO.File.ReadAllTextAsync(Path.Combine(folder, file), cancellationToken);
        // In adult's test file only, labels end with a full stop.
        using var content = new MemoryStream(
            Encoding.UTF8.GetBytes(text.Replace(".\n", "\n", StringComparison.Ordinal)));
        var read = await DatasetReader.ReadAsync(content, new(file, prepared.Schema, Definition), cancellationToken);
        if (read.Table is not { } table) throw new InvalidDataException(read.Report.Rejection);

        var signature = prepared.Signature;
        var labels = SignatureEncoder.EncodeLabels(signature, table).Values;
        if (Array.Exists(labels, float.IsNaN))
        {
            throw new InvalidDataException($"{file}: expected the labels of {File}, found others.");
        }

        return new TrainingData(
            signature.Task, SignatureEncoder.Encode(signature, table), labels, signature.Classes.Count);
    }

    private static FeatureDefinition Ignored(string name) => new() { Name = name, Ignored = true };
}
