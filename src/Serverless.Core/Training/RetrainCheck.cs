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
/// Costs a listing of the model's files and a few small blobs, whatever the files' size.
/// </remarks>
public sealed class RetrainCheck(TrainingServices services, RunProgressStore progress)
{
    /// <returns>Why a retrain would learn nothing, and what to do; null if it may learn.</returns>
    public async Task<string?> FindObstacleAsync(string model, CancellationToken cancellationToken)
    {
        if (await ReadDefinitionAsync(model, cancellationToken) is not var (definition, problem)) return null;
        if (definition is null) return problem;
        // A training takes them in first.
        if ((await PendingAsync(model, cancellationToken)).Count > 0) return null;
        if (await new RunInputs(services, model).PeekAsync(definition, cancellationToken) is not { } input)
        {
            return await WhyNoDataAsync(model, cancellationToken);
        }

        var record = await FindRecordAsync(model, input, cancellationToken);
        var made = record is null
            ? await services.Registry.FindAsync(model, input.Identity, cancellationToken)
            : null;
        if (record is null && made is null) return await FindInProgressAsync(model, cancellationToken);
        var endedAt = record?.EndedAt ?? made!.CreatedAt;
        var before = $"There is nothing new to learn from: the run of {endedAt:u} on the same data "
            + $"({Describe(model, input.Parts)}) and the same model.json";
        // A record that was cleaned away leaves the version that its run made.
        if ((record is null ? made!.Version : record.Version) is not { } version)
        {
            return $"{before} gave no version: {record!.Message} {Remedy(model)}";
        }

        // A deleted version is made again.
        if (!await services.Registry.HasAsync(model, version, cancellationToken)) return null;
        var role = await VersionPart.DescribeAsync(services.Registry, model, version, cancellationToken);
        return $"{before} made version {version}, {role} {Remedy(model)}";
    }

    /// <summary>Whether there is data, or a model.json, that no run has ended or works on.</summary>
    public async Task<bool> IsNewAsync(string model, CancellationToken cancellationToken) =>
        await ReadDefinitionAsync(model, cancellationToken) is ({ } definition, _)
        && await new RunInputs(services, model).PeekAsync(definition, cancellationToken) is { } input
        && await FindRecordAsync(model, input, cancellationToken) is null
        && await services.Registry.FindAsync(model, input.Identity, cancellationToken) is null
        && await FindInProgressAsync(model, cancellationToken) is null;

    /// <returns>The definition, or why it is unusable; null if the run reports that.</returns>
    private async Task<(ModelDefinition? Definition, string? Problem)?> ReadDefinitionAsync(
        string model, CancellationToken cancellationToken)
    {
        var path = BlobPaths.Definition(model);
        var properties = await services.Store.GetPropertiesAsync(path, cancellationToken);
        if (properties is null) return (new ModelDefinition(), null);
        if (properties.Length > DefinitionFile.MaxBytes) return null;
        var written = await services.Store.ReadAllAsync(path, DefinitionFile.MaxBytes, cancellationToken);
        if (written is null) return null;
        var (definition, errors) = ModelDefinitionReader.Read(written.Value.Bytes);
        return definition is null
            ? (null, $"model.json cannot be used. {string.Join(". ", errors)}. Correct it, and try again.")
            : (definition, null);
    }

    private Task<IReadOnlyList<string>> PendingAsync(string model, CancellationToken cancellationToken) =>
        new PendingFiles(services.Store, services.Registry, model)
            .FindAsync(DateTimeOffset.MinValue, cancellationToken);

    private async Task<RunRecord?> FindRecordAsync(
        string model, RunInput input, CancellationToken cancellationToken) =>
        await services.Records.FindAsync(model, input.Identity, cancellationToken)
        ?? await services.Records.FindAsync(
            model, RunIdentity.OfLimit(input.Identity, services.Options.Limit), cancellationToken);

    /// <returns>Null if no process works on the model, so a retrain resumes it from its checkpoint.</returns>
    private async Task<string?> FindInProgressAsync(string model, CancellationToken cancellationToken)
    {
        var now = services.Clock.GetUtcNow();
        var runs = await progress.ListAsync(model, cancellationToken);
        return runs.FirstOrDefault(r => r.IsLive(now)) is { } run
            ? $"A run of the model has been in progress since {run.StartedAt:u}: {run.Message}. It learns from all "
                + "that was taken in when it began; ask again when it has ended."
            : null;
    }

    private static string Describe(string model, IReadOnlyList<DataPart> parts) => parts.Count == 1
        ? parts[0].FileOf(model)
        : $"{parts.Count:N0} files, the newest of them {parts[^1].FileOf(model)}";

    private static string Remedy(string model) =>
        $"Drop new data under {BlobPaths.DatasetsOf(model)}, or edit {BlobPaths.Definition(model)}, to train "
        + "something else.";

    private async Task<string> WhyNoDataAsync(string model, CancellationToken cancellationToken)
    {
        var drop = $"Drop a file under {BlobPaths.DatasetsOf(model)}: a name that ends in {ModelDataFiles.Endings}.";
        var versions = await services.Registry.ListVersionsAsync(model, cancellationToken);
        if (versions.Count == 0
            || await services.Registry.GetAsync(model, versions[^1], cancellationToken) is not { } newest)
        {
            return $"There is no data to learn from. {drop}";
        }

        var files = string.Join(", ", newest.Data.Take(3).Select(d => d.Name));
        return $"There is no data to learn from: {files}, which version {newest.Version} learned from, "
            + $"{(newest.Data.Count == 1 ? "was" : "were")} deleted. {drop}";
    }
}
