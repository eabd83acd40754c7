using System.Diagnostics;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests;
using Serverless.Functions.Tests.Hosting;

[assembly: AssemblyFixture(typeof(PublishedWorker))]

namespace Serverless.Functions.Tests;

/// <summary>The app as it is deployed: published in Release, by the first test that needs it.</summary>
public sealed class PublishedWorker : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-worker-");
    private readonly SemaphoreSlim _publishing = new(1);
    private WorkerApp? _app;

    /// <summary>Starts the worker on a storage account, with the settings of local.settings.json.</summary>
    internal async Task<WorkerHost> StartAsync(StorageTriggers storage, params (string Name, string Value)[] settings)
    {
        var all = Settings(storage.Connection);
        foreach (var (name, value) in settings) all[name] = value;
        return await WorkerHost.StartAsync(await AppAsync(), all, storage.PutAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        _publishing.Dispose();
        await ValueTask.CompletedTask;
    }

    private static Dictionary<string, string> Settings(string connection)
    {
        var file = JsonNode.Parse(File.ReadAllText(Repository.PathOf("functions/local.settings.json")))!;
        var settings = file["Values"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.ToString());
        settings["DataStorage"] = settings["AzureWebJobsStorage"] = connection;
        return settings;
    }

    private async Task<WorkerApp> AppAsync()
    {
        await _publishing.WaitAsync();
        try
        {
            return _app ??= await PublishAsync();
        }
        finally
        {
            _publishing.Release();
        }
    }

    private async Task<WorkerApp> PublishAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            "publish", Repository.PathOf("functions"), "-c", "Release", "-o", _folder.FullName,
            "--nologo", "-v", "quiet",
            // They would outlive the build, and hold its output open.
            "--disable-build-servers",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var publish = Process.Start(start)!;
        var output = await Task.WhenAll(
            publish.StandardOutput.ReadToEndAsync(), publish.StandardError.ReadToEndAsync());
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}:\n{string.Concat(output)}");
        return new WorkerApp(_folder.FullName);
    }
}
