using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Models;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>
/// Rebuilds a version's model.bin from its manifest and data files, for comparison; writes nothing. A rebuild takes as
/// much memory as training, so a process runs one at a time.
/// </summary>
public sealed class VersionRebuilder(
    BlobStore store, IReadOnlyList<ITrainer> trainers, TrainingOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>Azure ends an HTTP request after 230 seconds.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(220);

    private readonly SemaphoreSlim _rebuilding = new(1);

    /// <param name="threads">Max threads; the bytes do not depend on it.</param>
    /// <returns>
    /// A hash, which should equal <see cref="Manifest.ModelHash"/>; or why there is none, for example the time limit:
    /// <see cref="MaxTime"/> or <see cref="TrainingOptions.Limit"/>, whichever is shorter.
    /// </returns>
    public async Task<Rebuild> RebuildAsync(Manifest manifest, int threads, CancellationToken cancellationToken)
    {
        if (FindObstacle(manifest) is { } obstacle) return Rebuild.Fail(obstacle);
        var limit = options.Limit < MaxTime ? options.Limit : MaxTime;
        using var deadline = new CancellationTokenSource(limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await _rebuilding.WaitAsync(stop.Token);
            try
            {
                return await MakeAsync(manifest, threads, stop.Token);
            }
            finally
            {
                _rebuilding.Release();
            }
        }
        catch (OperationCanceledException)
            when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Rebuild.Fail(
                $"It could not be rebuilt within the time limit of {limit:c}. A machine with more processors or "
                + "without another rebuild may be faster.");
        }
    }

    public void Dispose() => _rebuilding.Dispose();

    private string? FindObstacle(Manifest manifest)
    {
        if (manifest.EngineVersion != Engine.Version)
        {
            return $"Expected a manifest of engine version {Engine.Version}, found one of {manifest.EngineVersion}, "
                + "which gives other bytes.";
        }

        if (trainers.FirstOrDefault(t => t.Name == manifest.Trainer) is not { } trainer)
        {
            var known = string.Join(", ", trainers.Select(t => $"'{t.Name}'"));
            return $"Expected a trainer '{manifest.Trainer}', found only {known}.";
        }

        return trainer.PromisesSameBytes
            ? null
            : $"Expected a trainer that gives the same bytes on every machine, found '{trainer.Name}', which does not "
                + "promise that.";
    }

    private async Task<Rebuild> MakeAsync(Manifest manifest, int threads, CancellationToken cancellationToken)
    {
        var samples = new List<FileSample>();
        foreach (var file in manifest.Data)
        {
            await using var blob = await store.OpenReadAsync(file.Part ?? file.Name, cancellationToken);
            if (blob is null) return Rebuild.Fail($"Expected {file.Part ?? file.Name}, found no such file.");
            samples.Add(await FileSample.ReadAsync(blob.Content, manifest.Definition, cancellationToken));
        }

        var plan = BinningPlanner.For(manifest.Schema, samples, Environment.ProcessorCount);
        var files = new List<DatasetReadResult>();
        foreach (var (i, file) in manifest.Data.Index())
        {
            var reading = new DatasetReadOptions(file.Name, manifest.Schema, manifest.Definition)
            {
                Plan = plan,
                Rows = samples[i].Rows.Seen,
                Formats = samples[i].Formats,
                Threads = threads,
            };
            var (result, problem) = await ReadAsync(file, reading, cancellationToken);
            if (result is null) return Rebuild.Fail(problem!);
            files.Add(result);
        }

        List<(string, DatasetReadResult)> named = [.. manifest.Data.Zip(files, (d, f) => (d.Name, f))];
        var (table, allRows) =
            CountedRows.Of(named, manifest.Schema, manifest.Definition.DataInEffect()).Window;
        var (data, refusal) = DataPreparation.Prepare(manifest.Definition, manifest.Schema, table, allRows, threads);
        if (data is null) return Rebuild.Fail(refusal!);
        var trainer = trainers.First(t => t.Name == manifest.Trainer);
        var context = new TrainingContext(manifest.Seed, threads, null, cancellationToken);
        var trained = await Task.Run(
            () => trainer.Train(data.Train, data.Validation, manifest.Hyperparameters, context), cancellationToken);
        var (scorer, _) = CandidateCalibration.Apply(data, trained, threads);
        return new Rebuild(ModelFile.Hash(CandidateBuilder.ToModelFile(data, scorer, threads).Bytes), null);
    }

    private async Task<(DatasetReadResult? Result, string? Problem)> ReadAsync(
        LineageFile file, DatasetReadOptions reading, CancellationToken cancellationToken)
    {
        await using var blob = await store.OpenReadAsync(file.Part ?? file.Name, cancellationToken);
        if (blob is null) return (null, $"Expected {file.Part ?? file.Name}, found no such file.");
        // A part is known by its name, and written once.
        var known = file.Part is null ? null : file.ContentHash;
        var result = await DatasetReader.ReadAsync(
            blob.Content, reading with { KnownHash = known }, cancellationToken);
        var report = result.Report;
        if (report.Accepted && report.ContentHash == file.ContentHash) return (result, null);
        var found = report.ContentHash.Length > 0 ? report.ContentHash : report.Rejection;
        return (null, $"Expected {file.Name} with SHA-256 {file.ContentHash}, found {found}: its content has changed.");
    }
}
