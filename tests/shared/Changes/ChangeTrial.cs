using Serverless.Learning.Changes;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Tests.Changes;

/// <summary>Puts a file through inference, reading and comparison, as a run does.</summary>
/// <param name="Profile">Null if the file was rejected.</param>
/// <param name="Changes">What was found different from the file before.</param>
/// <param name="Report">Of reading alone.</param>
internal sealed record ChangeTrial(DataProfile? Profile, IReadOnlyList<Anomaly> Changes, ValidationReport Report)
{
    /// <summary>The definition with what the first file told, as a run writes it.</summary>
    public required ModelDefinition Definition { get; init; }

    public static async Task<ChangeTrial> RunAsync(
        byte[] file, string name, ModelDefinition definition, DataProfile? before, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(file);
        var inference = await SchemaInference.InferAsync(content, name, definition, cancellationToken);
        if (inference is not { Schema: { } schema, Sample: { } sample })
        {
            return new ChangeTrial(null, [], inference.Rejection!) { Definition = definition };
        }

        var profile = DataProfiler.Of(sample, schema, before, (name, inference.ContentHash), threads: 1);
        content.Position = 0;
        var options = new DatasetReadOptions(name, schema, definition)
        {
            Formats = sample.Formats,
            KnownHash = inference.ContentHash,
        };
        var read = await DatasetReader.ReadAsync(content, options, cancellationToken);
        if (read.Table is not { } table) return new ChangeTrial(null, [], read.Report) { Definition = definition };
        profile = profile with { Repeats = RowSketch.Of(table, read.AllRows, schema) };
        return new ChangeTrial(profile, DataChanges.Find(before, profile), read.Report)
        {
            Definition = InferredDefinition.From(schema, definition),
        };
    }
}
