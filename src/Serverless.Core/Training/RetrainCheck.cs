using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;

namespace Serverless.Core.Training;

/// <summary>
/// Predicts, before a retrain is queued, whether it can learn anything new. A run on the same model.json and the same
/// data as a completed one cannot.
/// </summary>
/// <remarks>
/// Costs a listing of the model's files and a few small blobs, whatever the files' size. Cases that need more, such as
/// a file rewritten with the same content, are left to the run.
/// </remarks>
public sealed class RetrainCheck(
    BlobStore store,
    ModelRegistry registry,
    RunRecordStore records,
    RunProgressStore progress,
    TrainingOptions options,
    TimeProvider clock)
{
    /// <returns>Why a retrain on the newest file would learn nothing, and what to do; null if it may learn.</returns>
    public async Task<string?> FindObstacleAsync(string model, CancellationToken cancellationToken)
    {
        if (await ModelDataFiles.LatestAsync(store, model, cancellationToken) is not { } newest)
        {
            return await WhyNoDataAsync(model, cancellationToken);
        }

        var file = newest.Name[BlobPaths.DatasetsOf(model).Length..];
        var path = BlobPaths.Definition(model);
        var properties = await store.GetPropertiesAsync(path, cancellationToken);
        if (properties is null) return await WhyRejectedAsync(model, file, newest.ETag, cancellationToken);
        // The run reports a definition that is too large.
        if (properties.Length > DefinitionFile.MaxBytes) return null;
        var written = await store.ReadAllAsync(path, DefinitionFile.MaxBytes, cancellationToken);
        if (written is null) return null;
        var (definition, errors) = ModelDefinitionReader.Read(written.Value.Bytes);
        if (definition is null)
        {
            return $"model.json cannot be used. {string.Join(". ", errors)}. Correct it, and try again.";
        }

        var files = new ModelDataFiles(store, clock, model);
        var unusable = new HashSet<string>();
        RunRecord? record;
        string? identity;
        bool isLeftOut;
        do
        {
            var names = await files.WindowAsync(file, definition.CountWindowFiles(), unusable, cancellationToken);
            identity = await FindIdentityAsync(model, definition, names, cancellationToken);
            if (identity is null) return null;
            record = await records.FindAsync(model, identity, cancellationToken)
                ?? await records.FindAsync(model, RunIdentity.OfLimit(identity, options.Limit), cancellationToken);
            // As in a run: excludes a rejected newer file from the window, and tries the remaining ones.
            isLeftOut = record is { Version: null } && names[^1] != newest.Name && unusable.Add(names[^1]);
        }
        while (isLeftOut);

        var made = record is null ? await registry.FindAsync(model, identity, cancellationToken) : null;
        if (record is null && made is null) return await FindInProgressAsync(model, file, cancellationToken);
        var endedAt = record?.EndedAt ?? made!.CreatedAt;
        var before = $"There is nothing new to learn from: the run of {endedAt:u} on the same data ({file}) and the "
            + "same model.json";
        // A record that was cleaned away leaves the version that its run made.
        if ((record is null ? made!.Version : record.Version) is not { } version)
        {
            return $"{before} gave no version: {record!.Message} {Remedy(model)}";
        }

        // A deleted version is made again.
        if (!await registry.HasAsync(model, version, cancellationToken)) return null;
        return $"{before} made version {version}, "
            + $"{await VersionPart.DescribeAsync(registry, model, version, cancellationToken)} {Remedy(model)}";
    }

    /// <summary>
    /// The first run writes model.json unless it rejects its file: without one, no version was ever made.
    /// </summary>
    /// <returns>Null if the run may learn from the file.</returns>
    private async Task<string?> WhyRejectedAsync(
        string model, string file, string eTag, CancellationToken cancellationToken)
    {
        if (!await new DataReceipts(store, model).IsDoneAsync(file, eTag, cancellationToken)) return null;
        return (await new VersionNumbers(store).FindAsync(model, cancellationToken)).Version > 0
            ? null
            : $"There is nothing new to learn from: {file} was rejected and has not changed since. The model's alerts "
                + $"say why. {Remedy(model)}";
    }

    /// <returns>The identity of the run on these files in this state; null if there was none.</returns>
    private async Task<string?> FindIdentityAsync(
        string model, ModelDefinition definition, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var states = new List<(string, string)>();
        foreach (var name in names)
        {
            if (await store.GetPropertiesAsync(name, cancellationToken) is not { } state) return null;
            states.Add((name, state.ETag));
        }

        var hash = ModelDefinitionReader.CanonicalHash(definition);
        return await new KnownInputs(store, model).FindAsync(hash, states, cancellationToken);
    }

    /// <returns>Null if no process works on that run, so a retrain resumes it from its checkpoint.</returns>
    private async Task<string?> FindInProgressAsync(string model, string file, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var runs = await progress.ListAsync(model, cancellationToken);
        return runs.FirstOrDefault(r => r.File == file && r.IsLive(now)) is { } run
            ? $"A run on the same data ({file}) and the same model.json has been in progress since {run.StartedAt:u}: "
                + $"{run.Message}."
            : null;
    }

    private static string Remedy(string model) =>
        $"Drop new data under {BlobPaths.DatasetsOf(model)}, or edit {BlobPaths.Definition(model)}, to train "
        + "something else.";

    private async Task<string> WhyNoDataAsync(string model, CancellationToken cancellationToken)
    {
        var drop = $"Drop a file under {BlobPaths.DatasetsOf(model)}: a name that ends in {ModelDataFiles.Endings}.";
        var versions = await registry.ListVersionsAsync(model, cancellationToken);
        if (versions.Count == 0 || await registry.GetAsync(model, versions[^1], cancellationToken) is not { } newest)
        {
            return $"There is no data to learn from. {drop}";
        }

        var files = string.Join(", ", newest.Data.Take(3).Select(d => d.Name));
        return $"There is no data to learn from: {files}, which version {newest.Version} learned from, "
            + $"{(newest.Data.Count == 1 ? "was" : "were")} deleted. {drop}";
    }
}
