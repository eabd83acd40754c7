using System.Text.Json.Nodes;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>An isolated-worker app as <c>dotnet publish</c> wrote it and the official host reads it.</summary>
internal sealed class WorkerApp
{
    public WorkerApp(string folder)
    {
        Folder = folder;
        var description = Read("worker.config.json")["description"]!;
        Executable = description["defaultExecutablePath"]!.ToString();
        WorkerPath = Path.Combine(folder, description["defaultWorkerPath"]!.ToString());
        RoutePrefix = Read("host.json")["extensions"]?["http"]?["routePrefix"]?.ToString() ?? "api";
        Extensions = Read("extensions.json")["extensions"]!.AsArray().Select(e => e!["name"]!.ToString()).ToHashSet();
    }

    public string Folder { get; }

    public string Executable { get; }

    public string WorkerPath { get; }

    /// <summary>Without slashes at its ends; empty for none.</summary>
    public string RoutePrefix { get; }

    /// <summary>Names of the host's extensions that come with the app.</summary>
    public IReadOnlySet<string> Extensions { get; }

    private JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;
}
