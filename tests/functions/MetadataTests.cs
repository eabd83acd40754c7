extern alias app;

using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Serverless.Local;
using Serverless.Local.Hosting;

namespace Serverless.Functions.Tests;

/// <summary>What the worker tells Azure of each function, and what the embedded host reads from the same classes.</summary>
public sealed class MetadataTests
{
    private static readonly IConfiguration Settings = new ConfigurationBuilder()
        .AddInMemoryCollection(JsonNode.Parse(File.ReadAllText(Repository.PathOf("functions/local.settings.json")))!["Values"]!
            .AsObject().Select(v => KeyValuePair.Create(v.Key, (string?)v.Value!.ToString())))
        .Build();

    private static readonly FunctionIndex Index = FunctionIndex.Read(
        FunctionTypes.All, HostFile.Read(Repository.PathOf("host.json")).RoutePrefix, Settings);

    [Fact]
    public async Task Azure_and_the_embedded_host_know_the_same_functions_by_the_same_triggers()
    {
        var worker = await WorkerAsync();
        Assert.Equal(
            Index.Functions.Select(f => $"{f.Name}: {f.Trigger.Description}").Order(StringComparer.Ordinal),
            worker.Select(f => $"{f.Key}: {Describe(f.Value.Single(IsTrigger))}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Http_functions_ask_for_the_same_key()
    {
        var worker = await WorkerAsync();
        foreach (var function in Index.Functions)
        {
            if (function.Trigger is HttpTrigger http)
            {
                Assert.Equal(http.Level.ToString(), Text(worker[function.Name].Single(IsTrigger), "authLevel"));
            }
        }
    }

    [Fact]
    public async Task Messages_go_to_a_queue_that_a_function_reads()
    {
        var bindings = (await WorkerAsync()).Values.SelectMany(b => b).ToList();
        var read = bindings.Where(b => Text(b, "type") == "queueTrigger").Select(b => Text(b, "queueName")).ToList();
        var written = bindings.Where(b => Text(b, "type") == "queue").Select(b => Text(b, "queueName")).ToList();
        Assert.NotEmpty(written);
        Assert.All(written, queue => Assert.Contains(queue, read));
    }

    [Fact]
    public async Task Blobs_come_by_event_and_all_storage_is_one_connection()
    {
        var bindings = (await WorkerAsync()).Values.SelectMany(b => b).ToList();
        var blobs = bindings.Where(b => Text(b, "type") == "blobTrigger").ToList();
        Assert.Equal(2, blobs.Count);
        foreach (var blob in blobs)
        {
            Assert.Equal("EventGrid", Text(blob, "source"));
            // Without it, the host would send the file's whole content along.
            Assert.Equal("True", Text(blob["properties"]!.AsObject(), "supportsDeferredBinding"));
        }

        var storage = bindings.Where(b => Text(b, "type") is "blobTrigger" or "queueTrigger" or "queue").ToList();
        Assert.All(storage, b => Assert.Equal("DataStorage", Text(b, "connection")));
    }

    private static async Task<Dictionary<string, JsonObject[]>> WorkerAsync() =>
        (await new app::Serverless.Functions.GeneratedFunctionMetadataProvider().GetFunctionMetadataAsync(""))
        .ToDictionary(f => f.Name!, f => f.RawBindings!.Select(b => JsonNode.Parse(b)!.AsObject()).ToArray());

    private static bool IsTrigger(JsonObject binding) => Text(binding, "type").EndsWith("Trigger", StringComparison.Ordinal);

    private static string Describe(JsonObject trigger) => Text(trigger, "type") switch
    {
        "httpTrigger" => $"http {string.Join(',', trigger["methods"]!.AsArray().Select(m => m!.ToString().ToUpperInvariant()))} /{Text(trigger, "route")}",
        "blobTrigger" => $"blob {Text(trigger, "path")}",
        "queueTrigger" => $"queue {Text(trigger, "queueName")}",
        "timerTrigger" => $"timer {Settings[Text(trigger, "schedule").Trim('%')]}",
        var other => throw new InvalidOperationException($"Unknown trigger {other}."),
    };

    private static string Text(JsonObject binding, string name) => binding[name]!.ToString();
}
