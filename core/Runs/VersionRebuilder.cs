using Serverless.Datasets;
using Serverless.Registry;
using Serverless.Storage;
using Serverless.Training;

namespace Serverless.Runs;

/// <summary>Makes a version's model.bin again, from its manifest and the data files that the manifest names.</summary>
public sealed class VersionRebuilder(BlobStore store, IReadOnlyList<ITrainer> trainers)
{
    /// <param name="threads">How many may be used; the bytes do not depend on it.</param>
    /// <returns>
    /// The bytes, whose SHA-256 is the manifest's <see cref="Manifest.ModelHash"/>; or, in one sentence, what is missing
    /// or has changed since.
    /// </returns>
    public async Task<(byte[]? ModelFile, string? Obstacle)> RebuildAsync(
        Manifest manifest, int threads, CancellationToken cancellationToken)
    {
        if (manifest.EngineVersion != Engine.Version)
        {
            return (null, $"Expected a manifest of engine version {Engine.Version}, found one of {manifest.EngineVersion}: it gives other bytes.");
        }

        if (trainers.FirstOrDefault(t => t.Name == manifest.Trainer) is not { } trainer)
        {
            return (null, $"Expected a trainer '{manifest.Trainer}', found only {string.Join(", ", trainers.Select(t => $"'{t.Name}'"))}.");
        }

        var tables = new List<Table>();
        foreach (var file in manifest.Data)
        {
            var (table, problem) = await ReadAsync(file, manifest, cancellationToken);
            if (table is null) return (null, problem);
            tables.Add(table);
        }

        var (data, refusal) = DataPreparation.Prepare(manifest.Definition, manifest.Schema, Table.Concatenate(tables));
        if (data is null) return (null, refusal);
        var context = new TrainingContext(manifest.Seed, threads, null, cancellationToken);
        var trained = await Task.Run(
            () => trainer.Train(data.Train, data.Validation, manifest.Hyperparameters, context), cancellationToken);
        var (scorer, _) = CandidateCalibration.Apply(data, trained, threads);
        return (CandidateBuilder.ToModelFile(data, scorer, threads).Bytes, null);
    }

    private async Task<(Table? Table, string? Problem)> ReadAsync(DataFile file, Manifest manifest, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
        if (blob is null) return (null, $"Expected {file.Name}, found no such file.");
        var (table, report) = await DatasetReader.ReadAsync(
            blob.Content, file.Name, manifest.Schema, manifest.Definition, quarantine: null, cancellationToken);
        if (table is not null && report.ContentHash == file.ContentHash) return (table, null);
        var found = report.ContentHash.Length > 0 ? report.ContentHash : report.Rejection;
        return (null, $"Expected {file.Name} with SHA-256 {file.ContentHash}, found {found}: its content has changed.");
    }
}
