using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

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

        var samples = new List<FileSample>();
        foreach (var file in manifest.Data)
        {
            await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
            if (blob is null) return (null, $"Expected {file.Name}, found no such file.");
            samples.Add(await FileSample.ReadAsync(blob.Content, manifest.Definition, cancellationToken));
        }

        var plan = BinningPlanner.For(manifest.Schema, samples, Environment.ProcessorCount);
        var files = new List<DatasetReadResult>();
        foreach (var (i, file) in manifest.Data.Index())
        {
            var (result, problem) = await ReadAsync(file, manifest, plan, samples[i].Rows.Seen, threads, cancellationToken);
            if (result is null) return (null, problem);
            files.Add(result);
        }

        var (table, allRows) = WindowData.Of(files);
        var (data, refusal) = DataPreparation.Prepare(manifest.Definition, manifest.Schema, table, allRows, threads);
        if (data is null) return (null, refusal);
        var context = new TrainingContext(manifest.Seed, threads, null, cancellationToken);
        var trained = await Task.Run(
            () => trainer.Train(data.Train, data.Validation, manifest.Hyperparameters, context), cancellationToken);
        var (scorer, _) = CandidateCalibration.Apply(data, trained, threads);
        return (CandidateBuilder.ToModelFile(data, scorer, threads).Bytes, null);
    }

    private async Task<(DatasetReadResult? Result, string? Problem)> ReadAsync(
        LineageFile file, Manifest manifest, BinningPlan? plan, long rows, int threads, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Name, cancellationToken);
        if (blob is null) return (null, $"Expected {file.Name}, found no such file.");
        var result = await DatasetReader.ReadAsync(
            blob.Content, file.Name, manifest.Schema, manifest.Definition, quarantine: null, plan, rows, knownHash: null, threads, cancellationToken);
        var report = result.Report;
        if (report.Accepted && report.ContentHash == file.ContentHash) return (result, null);
        var found = report.ContentHash.Length > 0 ? report.ContentHash : report.Rejection;
        return (null, $"Expected {file.Name} with SHA-256 {file.ContentHash}, found {found}: its content has changed.");
    }
}
