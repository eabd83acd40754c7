using System.Text;
using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Changes;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Search;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Reads dropped files into data to learn from, for one pass of a run.</summary>
/// <param name="file">The newest file, for messages.</param>
internal sealed class InputReader(
    BlobStore store,
    ModelDataFiles files,
    IReadOnlyList<ITrainer> trainers,
    RunProgress progress,
    string model,
    string file)
{
    private SchemaInferenceResult? _inference;

    /// <summary>Hashes the files, and infers the newest one's columns in the same pass.</summary>
    /// <param name="names">Newest last.</param>
    /// <param name="definition">Content of model.json; the default without one, which is then inferred.</param>
    /// <returns>Null if a file was deleted or rewritten meanwhile.</returns>
    public async Task<RunInput?> FindInputAsync(
        IReadOnlyList<string> names, ModelDefinition definition, bool isWritten, CancellationToken cancellationToken)
    {
        var hashed = new List<HashedFile>();
        foreach (var name in names.SkipLast(1))
        {
            if (await files.HashAsync(name, cancellationToken) is not { } older) return null;
            hashed.Add(older);
        }

        if (await files.InferAsync(names[^1], definition, cancellationToken) is not var (last, inference)) return null;
        hashed.Add(last);
        _inference = inference;
        if (isWritten || inference.Schema is not { } schema) return new RunInput(definition, null, hashed);
        var json = Encoding.UTF8.GetBytes(ModelDefinitionReader.ToJson(InferredDefinition.From(schema, definition)));
        // Parsed as the next run will read it: both must have the same identity.
        var (inferred, errors) = ModelDefinitionReader.Read(json);
        return inferred is null
            ? throw new InvalidOperationException($"The inferred model.json cannot be read. {string.Join(" ", errors)}")
            : new RunInput(inferred, json, hashed);
    }

    /// <param name="input">As just found; readable once.</param>
    /// <param name="before">What the model's file before looked like; null if that is not known.</param>
    public async Task<InputOutcome> ReadAsync(
        RunInput input, DataProfile? before, CancellationToken cancellationToken)
    {
        // Drops the last reference to the sample: it holds whole rows, and reading needs the memory.
        var inference = Interlocked.Exchange(ref _inference, null)
            ?? throw new InvalidOperationException("Expected an input that was found just now.");
        var definition = input.Definition;
        if (inference.Schema is not { } schema)
        {
            return await files.RejectAsync(input.Files[^1], inference.Rejection!, cancellationToken) is { } rejected
                ? Rejected([rejected])
                : new InputOutcome.Outdated();
        }

        if (HyperparameterSearch.FindProblem(
            LearningGoal.Able(trainers, definition), definition.Training, schema.Task) is { } problem)
        {
            return new InputOutcome.Refused($"model.json cannot be used. {problem}", []);
        }

        var profile = DataProfiler.Of(
            inference.Sample!,
            schema,
            before,
            (input.Files[^1].Name, input.Files[^1].ContentHash),
            Environment.ProcessorCount);
        var read = await ReadFilesAsync(input, schema, inference.Sample, cancellationToken);
        if (read is not (var window, { } reports, var repeats)) return new InputOutcome.Outdated();

        reports[^1] = reports[^1] with { Anomalies = [.. inference.Notices, .. reports[^1].Anomalies] };
        // An older file of the window may be bad, and was reported when it came; the run depends on the newest.
        if (!reports[^1].Accepted) return Rejected(reports);
        var comparison = FileComparison.Of(before, profile with { Repeats = repeats }, definition.Validation);
        reports[^1] = comparison.AddTo(reports[^1]);
        if (comparison.Rejection is { } changed)
        {
            reports[^1] = await files.RejectAsync(reports[^1], changed, cancellationToken);
            return Rejected(reports);
        }

        if (!await WriteInferredAsync(input, cancellationToken)) return new InputOutcome.Outdated();

        var (data, refusal) = DataPreparation.Prepare(
            definition, schema, window!.Table, window.AllRows, Environment.ProcessorCount);
        if (data is null)
        {
            reports[^1] = await files.RejectAsync(reports[^1], refusal!, cancellationToken);
            return Rejected(reports);
        }

        if (data.Train.AllRows is not null) Memory.GiveBack();
        var used = reports.Where(r => r.Accepted).Select(
            r => new LineageFile(r.Source, r.ContentHash, r.Rows - r.BadRows, r.BadRows));
        return new InputOutcome.Ready(data, [.. used], reports, comparison);
    }

    /// <summary>Reads the files by one plan made of the accepted ones, from which the version can be rebuilt.</summary>
    /// <param name="newest">The last file's sample, if already taken.</param>
    /// <returns>
    /// The accepted rows, unless the last file was rejected; a report per file; and the last file's equal rows. Null if
    /// one was rewritten meanwhile.
    /// </returns>
    private async Task<(WindowData? Window, List<ValidationReport> Reports, RowSketch? Repeats)?> ReadFilesAsync(
        RunInput input, DatasetSchema schema, FileSample? newest, CancellationToken cancellationToken)
    {
        var waiting = input.Files;
        var reports = new Dictionary<string, ValidationReport>();
        while (true)
        {
            var samples = new List<FileSample>();
            foreach (var one in waiting)
            {
                var sample = one == waiting[^1] && newest is not null
                    ? newest
                    : await files.SampleAsync(one, input.Definition, cancellationToken);
                if (sample is null) return null;
                samples.Add(sample);
            }

            var plan = BinningPlanner.For(schema, samples, Environment.ProcessorCount);
            var rows = samples.ConvertAll(s => s.Rows.Seen);
            var formats = samples.ConvertAll(s => s.Formats);
            (newest, samples) = (null, null); // as above: reading needs the room
            if (plan is not null) Memory.GiveBack();
            var results = new List<DatasetReadResult>();
            foreach (var (i, one) in waiting.Index())
            {
                progress.Publish(RunStage.Reading, 0.1 * i / waiting.Count, $"validating {one.Name}");
                var options = new DatasetReadOptions(one.Name, schema, input.Definition)
                {
                    Plan = plan,
                    Rows = rows[i],
                    Formats = formats[i],
                };
                if (await files.ReadAsync(one, options, cancellationToken) is not { } result) return null;
                results.Add(result);
                reports[one.Name] = result.Report;
            }

            List<ValidationReport> all = [.. input.Files.Select(f => reports[f.Name])];
            if (!all[^1].Accepted) return (null, all, null);
            results.RemoveAll(r => !r.Report.Accepted);
            if (plan is null || results.Count == waiting.Count)
            {
                var repeats = RowSketch.Of(results[^1].Table!, results[^1].AllRows, schema);
                return (WindowData.Of(results, schema.Label), all, repeats);
            }

            waiting = [.. waiting.Where(f => reports[f.Name].Accepted)];
        }
    }

    /// <summary>Writes the inferred model.json, if any, for its owner to edit.</summary>
    /// <returns>False if a run cannot use it: a person wrote another one first, or it is too large.</returns>
    public async Task<bool> WriteInferredAsync(RunInput input, CancellationToken cancellationToken)
    {
        if (input.Inferred is not { } json) return true;
        var path = BlobPaths.Definition(model);
        var result = await store.WriteAsync(path, json, WriteCondition.OnlyIfAbsent, cancellationToken);
        return result.Written && json.Length <= DefinitionFile.MaxBytes;
    }

    private InputOutcome.Refused Rejected(IReadOnlyList<ValidationReport> reports) =>
        new($"{file} was rejected. {reports[^1].Rejection}", reports);
}
