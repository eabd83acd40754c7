using Serverless.Core.Data;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;

namespace Serverless.Core.Training;

/// <summary>Finds what a model has to learn from now.</summary>
internal sealed class RunInputs(TrainingServices services, string model)
{
    private readonly DataVersions _versions = new(services.Store, services.Clock, model);

    /// <summary>
    /// The newest data version, without the files that were deleted since, and read anew where model.json now says
    /// otherwise how.
    /// </summary>
    /// <param name="file">The dropped file that gave rise to the run; null without one.</param>
    /// <returns>The input and what its owner should know of it, in sentences; null without data.</returns>
    public async Task<(RunInput Input, IReadOnlyList<string> Notices)?> FindAsync(
        ModelDefinition definition, string? file, CancellationToken cancellationToken)
    {
        var (version, deleted) = await _versions.RefreshAsync(cancellationToken);
        // Earlier releases learned from the files themselves.
        if (version is null) version = await TakeInAllAsync(cancellationToken);
        if (version is null) return null;
        var notices = new List<string>();
        if (deleted.Count > 0)
        {
            notices.Add($"{_versions.Describe(deleted)} deleted: {(deleted.Count == 1 ? "its" : "their")} rows are no "
                + "longer learned from.");
        }

        var intake = IntakeDefinition.HashOf(definition);
        if (version.Parts.Any(p => p.Intake != intake && p.Refused?.Intake != intake))
        {
            await ReadAnewAsync(version, intake, cancellationToken);
            version = await _versions.FindNewestAsync(cancellationToken);
        }

        var (parts, leftOut) = PartWindow.Of(model, version!, definition.Data, intake);
        notices.AddRange(leftOut);
        if (parts.Count > 0 && version!.Parts.FirstOrDefault(p => p.FileOf(model) == file) is { Refused: null } own
            && !parts.Any(p => p.SourceHash == own.SourceHash))
        {
            notices.Add($"{file} changes nothing: the window of model.json (data.window) has the files from "
                + $"{parts[0].FileOf(model)} to {parts[^1].FileOf(model)}, which are newer.");
        }

        return parts.Count == 0
            ? null
            : (new RunInput(definition, parts) { DataVersion = version!.Number }, notices);
    }

    /// <summary>What <see cref="FindAsync"/> would find, as far as that can be told without reading a file.</summary>
    /// <returns>Null without data.</returns>
    public async Task<RunInput?> PeekAsync(ModelDefinition definition, CancellationToken cancellationToken)
    {
        if (await _versions.PeekAsync(cancellationToken) is not { } version) return null;
        var (parts, _) = PartWindow.Of(model, version, definition.Data, IntakeDefinition.HashOf(definition));
        return parts.Count == 0 ? null : new RunInput(definition, parts) { DataVersion = version.Number };
    }

    /// <summary>Reads the files by model.json as it is now.</summary>
    private async Task ReadAnewAsync(DataVersion version, string intake, CancellationToken cancellationToken)
    {
        foreach (var part in version.Parts.Where(p => p.Intake != intake && p.Refused?.Intake != intake))
        {
            var refusal = await ReadAsync(part.FileOf(model), cancellationToken) switch
            {
                FileOutcome.Rejected rejected => rejected.Message,
                FileOutcome.Repeated repeated => repeated.Earlier.Message,
                FileOutcome.Faulty faulty => faulty.Message,
                _ => null,
            };
            if (refusal is null) continue;
            var refused = part with { Refused = new PartRefusal(intake, refusal) };
            await _versions.PutAsync(refused, () => Task.FromResult(true), cancellationToken);
        }
    }

    private async Task<DataVersion?> TakeInAllAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in services.Store.ListAsync(BlobPaths.DatasetsOf(model), cancellationToken))
        {
            var file = blob.Name[BlobPaths.DatasetsOf(model).Length..];
            if (ModelDataFiles.IsDataFile(file)) await ReadAsync(file, cancellationToken);
        }

        return await _versions.FindNewestAsync(cancellationToken);
    }

    private async Task<FileOutcome> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var progress = new RunProgress(services.Feed, services.Clock, model, file);
        progress.Publish(RunStage.Reading, 0, $"reading {file} anew");
        var ingest = new FileIngest(services, progress, model, file);
        FileOutcome? outcome;
        do
        {
            outcome = await ingest.TryAsync(
                await WrittenDefinition.ReadAsync(services.Store, services.Clock, model, cancellationToken),
                cancellationToken);
        }
        while (outcome is null);
        progress.Publish(RunStage.Accepted, 1, $"{file} was read anew.");
        return outcome;
    }
}
