using System.Globalization;
using System.Text;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Gate;
using Serverless.Learning.Models;
using Serverless.Learning.Numerics;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Benchmarks.Serving;

/// <summary>
/// A model of 100 trees over 28 numbers, learned from generated rows, and so the same on every machine.
/// </summary>
internal static class ServingModel
{
    public const string Name = "rows28";
    public const int Features = 28;
    public const int Trees = 100;

    private const int Rows = 20_000;

    private static readonly TrainingContext _context = new(1, Environment.ProcessorCount);

    public static IReadOnlyList<string> FeatureNames { get; } = [.. Enumerable.Range(0, Features).Select(f => $"f{f}")];

    /// <summary>Trains the model, makes it the champion of a store, and writes its rows as CSV for the peers.</summary>
    public static async Task<LoadedModel> MakeAsync(string store, string csv, CancellationToken cancellationToken)
    {
        var (data, _) = Draw();
        await File.WriteAllTextAsync(csv, Csv(data), cancellationToken);
        var model = await AddVersionAsync(store, Trees, cancellationToken);
        var registry = Registry(new FolderBlobStore(store, TimeProvider.System));
        await registry.PromoteAsync(Name, 1, null, "a benchmark", "to be measured", cancellationToken);
        return model;
    }

    /// <summary>Trains the next version, with another number of trees.</summary>
    public static async Task<LoadedModel> AddVersionAsync(string store, int trees, CancellationToken cancellationToken)
    {
        var (data, signature) = Draw();
        var trainer = new GradientBoostingTrainer();
        var parameters = trainer.Defaults(ModelTask.Binary);
        parameters["num_iterations"] = trees;
        var nothing = data with { Features = data.Features.Select([]), Labels = [] };
        var scorer = trainer.Train(data, nothing, parameters, _context);
        double[] outputs = [.. Enumerable.Range(0, 2000).Select(row => Score(scorer, data.Features, row))];
        var file = ModelFile.Write(signature, ProfileBuilder.Build(signature, data.Features, outputs), scorer);

        var registry = Registry(new FolderBlobStore(store, TimeProvider.System));
        await registry.RegisterAsync(
            Name,
            new VersionFiles(file),
            version => (Describe(version, parameters, file), "<p>a model to measure with</p>"u8.ToArray()),
            cancellationToken);
        return ModelFile.Read(file, [trainer]);
    }

    /// <summary>Adds the same model as version 2, a shadow of the champion.</summary>
    public static async Task AddShadowAsync(string store, CancellationToken cancellationToken)
    {
        var blobs = new FolderBlobStore(store, TimeProvider.System);
        var registry = Registry(blobs);
        var manifest = (await registry.GetAsync(Name, 1, cancellationToken))!;
        var (file, _) = (await blobs.ReadAllAsync(BlobPaths.ModelFile(Name, 1), 1 << 24, cancellationToken))!.Value;
        var settings = new RolloutSettings { Strategy = RolloutStrategy.Shadow, Approval = ApprovalMode.Manual };
        await registry.RegisterAsync(
            Name, new VersionFiles(file),
            version => (manifest with
            {
                Version = version,
                Identity = "shadow",
                Definition = manifest.Definition with { Rollout = settings }
            }, "<p>the same model</p>"u8.ToArray()),
            cancellationToken);
        await registry.BeginRolloutAsync(Name, 2, 1, settings, "a benchmark", "to be measured", cancellationToken);
    }

    /// <summary>A row as the body of a request, and its slots.</summary>
    public static (byte[] Body, float[] Slots) Row()
    {
        var random = new SplitMix64(77);
        float[] slots = [.. FeatureNames.Select(_ => Number(random))];
        var fields = FeatureNames.Select(
            (name, f) => string.Create(CultureInfo.InvariantCulture, $"\"{name}\":{slots[f]}"));
        return (Encoding.UTF8.GetBytes($"{{{string.Join(',', fields)}}}"), slots);
    }

    private static ModelRegistry Registry(FolderBlobStore store) =>
        new(store, [new GradientBoostingTrainer()], TimeProvider.System);

    private static double Score(Scorer scorer, FeatureMatrix features, int row)
    {
        Span<float> slots = stackalloc float[Features];
        Span<double> output = stackalloc double[1];
        features.CopyRow(row, slots);
        scorer.Score(slots, output);
        return output[0];
    }

    /// <summary>Draws an approximately normal number with six decimals, as in data files.</summary>
    public static float Number(SplitMix64 random)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += random.NextDouble();
        return (float)Math.Round(sum, 6);
    }

    private static (TrainingData Data, Signature Signature) Draw()
    {
        var random = new SplitMix64(28);
        float[][] columns = [.. FeatureNames.Select(_ => new float[Rows])];
        var labels = new float[Rows];
        for (var row = 0; row < Rows; row++)
        {
            foreach (var column in columns) column[row] = Number(random);
            var signal = (columns[0][row] * columns[1][row]) + columns[2][row] + Math.Abs(
                columns[3][row]) - (columns[4][row] * columns[5][row]);
            labels[row] = signal + Number(random) > 1 ? 1 : 0;
        }

        var signature = new Signature
        {
            Task = ModelTask.Binary,
            Label = "label",
            Classes = ["no", "yes"],
            Features =
            [
                .. FeatureNames.Select(name => new SignatureFeature { Name = name, Type = ColumnType.Numeric })
            ],
        };
        return (new TrainingData(
            ModelTask.Binary, new FeatureMatrix(signature.Slots, columns, Rows), labels, 2), signature);
    }

    private static string Csv(TrainingData data)
    {
        var csv = new StringBuilder(string.Join(',', FeatureNames)).Append(",label\n");
        for (var row = 0; row < Rows; row++)
        {
            foreach (var column in data.Features.Columns) csv.Append(CultureInfo.InvariantCulture, $"{column[row]},");
            csv.Append(data.Labels[row] > 0 ? "yes\n" : "no\n");
        }

        return csv.ToString();
    }

    private static Manifest Describe(int version, Hyperparameters parameters, byte[] file) => new()
    {
        Model = Name,
        Version = version,
        Identity = $"benchmark-{version}",
        CreatedAt = TimeProvider.System.GetUtcNow(),
        Data = [],
        DefinitionHash = "",
        Definition = new ModelDefinition { Label = "label" },
        Schema = new DatasetSchema { Columns = [], Label = "label", Task = ModelTask.Binary },
        EngineVersion = Engine.Version,
        Seed = _context.Seed,
        Trainer = GradientBoostingTrainer.TrainerName,
        Hyperparameters = parameters,
        Trials = [],
        Rows = new RowCounts(Rows, 0, 0),
        Verdict = new GateVerdict
        {
            Decision = GateDecision.Promote,
            Reasons = ["Made to be measured."],
            Metric = "auc",
            Rows = 0,
            Candidate = new Dictionary<string, double>(),
            Baseline = new Dictionary<string, double>(),
        },
        ModelHash = ModelFile.Hash(file),
        ModelBytes = file.Length,
        Seconds = new Dictionary<string, double>(),
        Runtime = "",
    };
}
