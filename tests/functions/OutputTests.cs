extern alias app;

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests;

/// <summary>The files that a build makes, as the Functions host finds them.</summary>
public sealed class OutputTests
{
    private static readonly string Worker =
        typeof(app::Serverless.Functions.GeneratedFunctionMetadataProvider).Assembly.Location;

    [Fact]
    public void Host_json_is_the_repositorys_and_says_open_telemetry()
    {
        var file = Path.Combine(Path.GetDirectoryName(Worker)!, "host.json");
        Assert.Equal(File.ReadAllText(Repository.PathOf("host.json")), File.ReadAllText(file));
        Assert.Equal("OpenTelemetry", JsonNode.Parse(File.ReadAllText(file))!["telemetryMode"]!.ToString());
    }

    [Fact]
    public async Task A_worker_without_a_store_ends_and_names_the_setting()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { Worker, "--functions-uri", "http://127.0.0.1:9/" })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in new[] { "DataStorage", "DataStorage__accountName", "DataStorage__blobServiceUri" })
        {
            start.Environment.Remove(name);
        }

        using var worker = Process.Start(start)!;
        var error = await worker.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, worker.ExitCode);
        Assert.Contains(
            "DataStorage: expected a connection string, or one of DataStorage__blobServiceUri",
            error,
            StringComparison.Ordinal);
    }
}
