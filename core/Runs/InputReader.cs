using System.Text;
using Serverless.Datasets;
using Serverless.Registry;
using Serverless.Storage;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>From dropped files to data that can be learned from.</summary>
/// <param name="file">The dropped one, for people.</param>
internal sealed class InputReader(
    BlobStore store, DataFiles files, IReadOnlyList<ITrainer> trainers, RunProgress progress, string model, string file)
{
    public async Task<InputOutcome> ReadAsync(RunInput input, CancellationToken cancellationToken)
    {
        var definition = input.Definition;
        if (await files.InferAsync(input.Files[^1], definition, cancellationToken) is not { } inference) return new InputOutcome.Outdated();
        if (inference.Schema is not { } schema) return Rejected([inference.Rejection!]);
        if (Search.FindProblem(trainers, definition.Training, schema.Task) is { } problem)
        {
            return new InputOutcome.Refused($"model.json cannot be used. {problem}", []);
        }

        var (tables, reports) = (new List<Table>(), new List<ValidationReport>());
        foreach (var (i, one) in input.Files.Index())
        {
            progress.Publish(RunStage.Reading, 0.1 * i / input.Files.Count, $"validating {one.Name}");
            if (await files.ReadAsync(one, schema, definition, cancellationToken) is not { } result) return new InputOutcome.Outdated();
            reports.Add(result.Report);
            if (result.Table is { } table) tables.Add(table);
        }

        // An older file of the window may be bad, and was reported when it came; the run is about the newest.
        if (!reports[^1].Accepted) return Rejected(reports);
        if (!input.IsWritten)
        {
            await WriteInferredAsync(schema, definition, cancellationToken);
            return new InputOutcome.Outdated();
        }

        var (data, refusal) = DataPreparation.Prepare(definition, schema, Table.Concatenate(tables));
        if (data is null)
        {
            reports[^1] = await files.RejectAsync(reports[^1], refusal!, cancellationToken);
            return Rejected(reports);
        }

        var used = reports.Where(r => r.Accepted).Select(r => new DataFile(r.Source, r.ContentHash, r.Rows - r.BadRows, r.BadRows));
        return new InputOutcome.Ready(data, [.. used], reports);
    }

    /// <summary>For the owner to edit. Somebody who wrote one in the meantime was first.</summary>
    private Task<WriteResult> WriteInferredAsync(DatasetSchema schema, ModelDefinition definition, CancellationToken cancellationToken) =>
        store.WriteAsync(
            BlobPaths.Definition(model),
            Encoding.UTF8.GetBytes(ModelDefinitionReader.ToJson(InferredDefinition.From(schema, definition))),
            WriteCondition.OnlyIfAbsent,
            cancellationToken);

    private InputOutcome.Refused Rejected(IReadOnlyList<ValidationReport> reports) =>
        new($"{file} was rejected. {reports[^1].Rejection}", reports);
}
