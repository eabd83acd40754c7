using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Reads the parts of a data version into data to learn from.</summary>
internal sealed class InputReader(TrainingServices services, RunProgress progress, string model)
{
    private readonly DataVersions _versions = new(services.Store, services.Clock, model);
    private readonly PartFiles _parts = new(services.Store);

    public async Task<InputOutcome> ReadAsync(
        RunInput input, LearnedFiles learned, CancellationToken cancellationToken)
    {
        var definition = input.Definition;
        var newest = input.Parts[^1];
        var inference = await _parts.InferAsync(newest, definition, cancellationToken);
        if (inference.Schema is not { } schema) return Refuse(newest, inference.Rejection!);
        if (HyperparameterSearch.FindProblem(
            LearningGoal.Able(services.Trainers, definition), definition.Training, schema.Task) is { } problem)
        {
            return new InputOutcome.Refused($"model.json cannot be used. {problem}", []);
        }

        if (await _versions.ReportAsync(newest, cancellationToken) is { } taken) schema = AsTaken(schema, taken.Schema);
        var sample = inference.Sample;
        inference = null; // the sample holds whole rows, and reading needs the memory
        var (counted, read) = await ReadPartsAsync(input, schema, sample!, cancellationToken);
        if (counted is not var (window, history)) return Refuse(newest, read[newest].Report);
        var (data, refusal) = DataPreparation.Prepare(
            definition, schema, window.Table, window.AllRows, Environment.ProcessorCount);
        var reports = await ReportsAsync(input, learned, cancellationToken);
        if (data is null) return new InputOutcome.Refused($"{Files(input)} cannot be learned from. {refusal}", reports);
        if (data.Train.AllRows is not null) Memory.GiveBack();
        var used = input.Parts.Where(p => read[p].Report.Accepted).Select((p, i) => new LineageFile(
            p.Source,
            p.SourceHash,
            history?.Parts[i].Counted ?? read[p].Report.Rows - read[p].Report.BadRows,
            p.BadRows)
        {
            Part = p.Blob,
        });
        var question = history is { IsSure: false }
            ? $"it is not sure which rows count. {history.Message}"
            : await QuestionAsync(input, learned, cancellationToken);
        return new InputOutcome.Ready(data, [.. used], reports, question) { History = history?.Message };
    }

    /// <summary>Reads the parts by one plan made of the accepted ones, from which the version can be rebuilt.</summary>
    /// <param name="newest">The last part's sample.</param>
    /// <returns>The rows, unless the last part was rejected; and what was found in each part.</returns>
    private async Task<(CountedRows? Rows, Dictionary<DataPart, DatasetReadResult> Read)> ReadPartsAsync(
        RunInput input, DatasetSchema schema, FileSample? newest, CancellationToken cancellationToken)
    {
        var waiting = input.Parts;
        var read = new Dictionary<DataPart, DatasetReadResult>();
        while (true)
        {
            var samples = new List<FileSample>();
            foreach (var part in waiting)
            {
                samples.Add(part == waiting[^1] && newest is not null
                    ? newest
                    : await _parts.SampleAsync(part, input.Definition, cancellationToken));
            }

            var plan = BinningPlanner.For(schema, samples, Environment.ProcessorCount);
            var rows = samples.ConvertAll(s => s.Rows.Seen);
            var formats = samples.ConvertAll(s => s.Formats);
            (newest, samples) = (null, null); // as above: reading needs the room
            if (plan is not null) Memory.GiveBack();
            foreach (var (i, part) in waiting.Index())
            {
                progress.Publish(
                    RunStage.Reading, 0.1 * i / waiting.Count, $"reading the rows of {part.FileOf(model)}");
                var options = new DatasetReadOptions(part.Source, schema, input.Definition)
                {
                    Plan = plan,
                    Rows = rows[i],
                    Formats = formats[i],
                };
                read[part] = await _parts.ReadAsync(part, options, cancellationToken);
            }

            if (!read[waiting[^1]].Report.Accepted) return (null, read);
            var accepted = waiting.Where(p => read[p].Report.Accepted).ToList();
            if (plan is null || accepted.Count == waiting.Count)
            {
                var files = accepted.ConvertAll(p => (p.FileOf(model), read[p]));
                return (CountedRows.Of(files, schema, input.Definition.DataInEffect()), read);
            }

            waiting = accepted;
        }
    }

    /// <summary>What was found in the files that are new, when they were taken in.</summary>
    private async Task<List<ValidationReport>> ReportsAsync(
        RunInput input, LearnedFiles learned, CancellationToken cancellationToken)
    {
        var reports = new List<ValidationReport>();
        foreach (var part in input.Parts)
        {
            if (part != input.Parts[^1] && learned.ByNewest.Contains(part.SourceHash)) continue;
            if (await _versions.ReportAsync(part, cancellationToken) is { } found) reports.Add(found.Report);
        }

        return reports;
    }

    /// <summary>What was asked about a file that no person has let the model learn from.</summary>
    private async Task<string?> QuestionAsync(
        RunInput input, LearnedFiles learned, CancellationToken cancellationToken)
    {
        foreach (var part in input.Parts.Where(p => !learned.ByChampion.Contains(p.SourceHash)).Reverse())
        {
            if (await _versions.ReportAsync(part, cancellationToken) is { Question: { } question }) return question;
        }

        return null;
    }

    /// <summary>
    /// The columns with what was said of the file itself: how its cells were written is not to be seen in its part.
    /// </summary>
    private static DatasetSchema AsTaken(DatasetSchema schema, DatasetSchema taken)
    {
        var known = taken.Columns.ToDictionary(c => c.Name);
        // Classes that nearly tie may have changed places, where rows of the file were left out.
        var positive = taken.Task == schema.Task ? taken.Positive : schema.Positive;
        return schema with { Columns = [.. schema.Columns.Select(AsWritten)], Positive = positive };

        ColumnSchema AsWritten(ColumnSchema column) =>
            known.TryGetValue(column.Name, out var written)
            && (written.Type, written.Role) == (column.Type, column.Role)
                ? column with
                {
                    Reason = written.Reason,
                    Format = written.Format,
                    Example = written.Example,
                    Notation = written.Notation,
                }
                : column;
    }

    private string Files(RunInput input) => input.Parts.Count == 1
        ? input.Parts[0].FileOf(model)
        : $"The rows of {input.Parts.Count:N0} files, the newest of them {input.Parts[^1].FileOf(model)},";

    private InputOutcome.Refused Refuse(DataPart newest, ValidationReport report) =>
        new($"{newest.FileOf(model)} was rejected. {report.Rejection}", [report]);
}
