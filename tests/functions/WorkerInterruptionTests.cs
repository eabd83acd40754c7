using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Azure.Tests;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests;

/// <summary>Training in the published worker that a cancellation, a time limit or a crash cuts off.</summary>
public sealed class WorkerInterruptionTests(PublishedWorker worker, SharedAzurite azurite)
{
    private const string Model = "bird-strikes";
    private const string File = $"datasets/{Model}/bird-strikes.csv";

    // A search of five seconds, on slow machines and fast ones: long enough to be cut off after its first trial.
    private static string Definition(int seconds) =>
        $$"""
        {"label": "Damage", "task": "binary",
         "training": {"trials": 1000, "trainers": ["gbt"], "seconds": {{seconds}} } }
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancelled_training_ends_and_goes_on_from_its_trials_when_asked_again()
    {
        var storage = await PrepareAsync();
        await using var host = await worker.StartAsync(storage);
        using var cancel = new CancellationTokenSource();
        await IngestAsync(storage, host);
        var training = storage.DeliverAsync(host, "train", cancel.Token);
        var trial = await FirstTrialAsync(storage, training);

        await cancel.CancelAsync();
        var invocation = await training.WaitAsync(TimeSpan.FromMinutes(5), Cancelled);
        Assert.False(invocation.Succeeded);
        // OperationCanceledException, or TaskCanceledException where it waited for something.
        Assert.EndsWith("CanceledException", invocation.Response.Result.Exception.Type, StringComparison.Ordinal);

        await storage.PutAsync("retrain", Request);
        var again = await storage.DeliverAsync(host, "train", Cancelled);
        Assert.True(again.Succeeded, again.ToString());
        await AssertOneVersionIsLiveAsync(host, trial);
    }

    [Fact]
    public async Task A_worker_killed_while_it_trains_leaves_trials_to_the_next_one()
    {
        var storage = await PrepareAsync();
        JsonElement trial;
        await using (var killed = await worker.StartAsync(storage))
        {
            await IngestAsync(storage, killed);
            var training = storage.DeliverAsync(killed, "train", Cancelled);
            trial = await FirstTrialAsync(storage, training);
            await killed.KillWorkerAsync();
            await Assert.ThrowsAsync<WorkerGoneException>(() => training);
        }

        await using var host = await worker.StartAsync(storage);
        await storage.PutAsync("retrain", Request);
        var again = storage.DeliverAsync(host, "train", Cancelled);
        await EndLeaseOfTheDeadAsync(storage);
        Assert.True((await again).Succeeded, (await again).ToString());
        await AssertOneVersionIsLiveAsync(host, trial);
    }

    [Fact]
    public async Task Training_at_its_time_limit_goes_on_by_its_own_message()
    {
        // Longer than a trial takes on a busy machine, shorter than the search.
        var storage = await PrepareAsync(seconds: 15);
        await using var host = await worker.StartAsync(storage, ("TrainingLimit", "00:00:10"));
        await IngestAsync(storage, host);
        Assert.Equal(1, await storage.CountAsync("retrain", Cancelled));
        while (await storage.CountAsync("retrain", Cancelled) > 0)
        {
            var continued = await storage.DeliverAsync(host, "train", Cancelled);
            Assert.True(continued.Succeeded, continued.ToString());
        }

        await AssertOneVersionIsLiveAsync(host);
    }

    private static string Request => $$"""{"Model": "{{Model}}"}""";

    /// <summary>Takes in the file, which puts out the message to train.</summary>
    private static async Task IngestAsync(StorageTriggers storage, WorkerHost host)
    {
        var ingest = await storage.AnnounceAsync(host, File, Cancelled);
        Assert.True(ingest.Succeeded, ingest.ToString());
    }

    private async Task<StorageTriggers> PrepareAsync(int seconds = 5)
    {
        var storage = new StorageTriggers(await azurite.NewAccountAsync());
        await storage.UploadAsync($"models/{Model}/model.json", BinaryData.FromString(Definition(seconds)), Cancelled);
        var file = await System.IO.File.ReadAllBytesAsync(
            Repository.PathOf($"data-samples/{Model}/{Model}.csv"), Cancelled);
        await storage.UploadAsync(File, BinaryData.FromBytes(file), Cancelled);
        return storage;
    }

    /// <summary>Waits until the run has a trial in the store, and returns its record.</summary>
    private static async Task<JsonElement> FirstTrialAsync(StorageTriggers storage, Task<Invocation> training)
    {
        var models = storage.Blobs.GetBlobContainerClient("models");
        var trials = new GetBlobsOptions { Prefix = $"{Model}/runs/" };
        while (true)
        {
            await foreach (var blob in models.GetBlobsAsync(trials, Cancelled))
            {
                if (!blob.Name.EndsWith(".json", StringComparison.Ordinal)) continue;
                var record = await models.GetBlobClient(blob.Name).DownloadContentAsync(Cancelled);
                return JsonDocument.Parse(record.Value.Content).RootElement;
            }

            Assert.False(training.IsCompleted, "Training ended before a trial of it was seen.");
            await Task.Delay(20, Cancelled);
        }
    }

    /// <summary>What a minute does by itself: the lease that the killed worker held runs out.</summary>
    private static async Task EndLeaseOfTheDeadAsync(StorageTriggers storage)
    {
        var models = storage.Blobs.GetBlobContainerClient("models");
        var lease = models.GetBlobClient($".store/leases/{Model}/training.lease").GetBlobLeaseClient();
        await lease.BreakAsync(TimeSpan.Zero, cancellationToken: Cancelled);
    }

    /// <param name="trial">One that the version must not have run again: its record has the same seconds.</param>
    private static async Task AssertOneVersionIsLiveAsync(WorkerHost host, JsonElement? trial = null)
    {
        var client = new WorkerClient(host);
        var model = JsonDocument.Parse(await client.GetAsync($"/api/models/{Model}")).RootElement;
        Assert.Equal(1, model.GetProperty("versions").GetArrayLength());
        Assert.Equal(1, model.GetProperty("aliases").GetProperty("champion").GetInt32());
        Assert.Equal(1, (await client.PredictAsync(Model, "{}")).GetProperty("version").GetInt32());
        if (trial is not { } kept) return;
        var manifest = JsonDocument.Parse(await client.GetAsync($"/api/models/{Model}/versions/1")).RootElement;
        Assert.Contains(manifest.GetProperty("trials").EnumerateArray(), t => IsOneRun(t, kept));
    }

    private static bool IsOneRun(JsonElement trial, JsonElement other) => new[] { "number", "rung", "seconds" }.All(
        property => trial.GetProperty(property).GetDouble() == other.GetProperty(property).GetDouble());
}
