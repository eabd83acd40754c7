using System.Text;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Search;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>From dropped files to data that can be learned from.</summary>
/// <param name="file">The dropped one, for people.</param>
internal sealed class InputReader(
    BlobStore store, ModelDataFiles files, IReadOnlyList<ITrainer> trainers, RunProgress progress, string model, string file)
{
    public async Task<InputOutcome> ReadAsync(RunInput input, CancellationToken cancellationToken)
    {
        var definition = input.Definition;
        if (await files.InferAsync(input.Files[^1], definition, cancellationToken) is not { } inference) return new InputOutcome.Outdated();
        if (inference.Schema is not { } schema) return Rejected([inference.Rejection!]);
        if (HyperparameterSearch.FindProblem(LearningGoal.Able(trainers, definition), definition.Training, schema.Task) is { } problem)
        {
            return new InputOutcome.Refused($"model.json cannot be used. {problem}", []);
        }

        var read = await ReadFilesAsync(input, schema, inference.Sample, cancellationToken);
        if (read is not (var window, { } reports)) return new InputOutcome.Outdated();

        // An older file of the window may be bad, and was reported when it came; the run is about the newest.
        if (!reports[^1].Accepted) return Rejected(reports);
        if (!input.IsWritten)
        {
            await WriteInferredAsync(schema, definition, cancellationToken);
            return new InputOutcome.Outdated();
        }

        var (data, refusal) = DataPreparation.Prepare(definition, schema, window!.Table, window.AllRows, Environment.ProcessorCount);
        if (data is null)
        {
            reports[^1] = await files.RejectAsync(reports[^1], refusal!, cancellationToken);
            return Rejected(reports);
        }

        if (data.Train.AllRows is not null) Memory.GiveBack();
        var used = reports.Where(r => r.Accepted).Select(r => new LineageFile(r.Source, r.ContentHash, r.Rows - r.BadRows, r.BadRows));
        return new InputOutcome.Ready(data, [.. used], reports);
    }

    /// <summary>Reads the files by one plan, which is made of those that are accepted: they are what a version is made again from.</summary>
    /// <param name="newest">The last file's sample, where it was taken already.</param>
    /// <returns>The accepted rows, unless the last file was rejected; and a report of each file. Null where one was written again meanwhile.</returns>
    private async Task<(WindowData? Window, List<ValidationReport> Reports)?> ReadFilesAsync(
        RunInput input, DatasetSchema schema, FileSample? newest, CancellationToken cancellationToken)
    {
        var waiting = input.Files;
        var reports = new Dictionary<string, ValidationReport>();
        while (true)
        {
            var samples = new List<FileSample>();
            foreach (var one in waiting)
            {
                var sample = one == waiting[^1] && newest is not null ? newest : await files.SampleAsync(one, input.Definition, cancellationToken);
                if (sample is null) return null;
                samples.Add(sample);
            }

            var plan = BinningPlanner.For(schema, samples, Environment.ProcessorCount);
            var rows = samples.ConvertAll(s => s.Rows.Seen);
            (newest, samples) = (null, null); // they hold whole rows, and reading needs the room
            if (plan is not null) Memory.GiveBack();
            var results = new List<DatasetReadResult>();
            foreach (var (i, one) in waiting.Index())
            {
                progress.Publish(RunStage.Reading, 0.1 * i / waiting.Count, $"validating {one.Name}");
                if (await files.ReadAsync(one, schema, input.Definition, plan, rows[i], cancellationToken) is not { } result) return null;
                results.Add(result);
                reports[one.Name] = result.Report;
            }

            List<ValidationReport> all = [.. input.Files.Select(f => reports[f.Name])];
            if (!all[^1].Accepted) return (null, all);
            results.RemoveAll(r => !r.Report.Accepted);
            if (plan is null || results.Count == waiting.Count) return (WindowData.Of(results), all);
            waiting = [.. waiting.Where(f => reports[f.Name].Accepted)];
        }
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
