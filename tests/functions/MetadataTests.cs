extern alias app;

using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Serverless.Local;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Functions.Tests;

/// <summary>
/// What the worker tells Azure of each function, and what the embedded host reads from the same classes.
/// </summary>
public sealed class MetadataTests
{
    private static readonly IConfiguration Settings = new ConfigurationBuilder()
        .AddInMemoryCollection(JsonNode.Parse(
            File.ReadAllText(Repository.PathOf("functions/local.settings.json")))!["Values"]!
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

    [Fact]
    public async Task Binding_names_of_a_function_differ_ignoring_case()
    {
        foreach (var (function, bindings) in await WorkerAsync())
        {
            var names = bindings.Select(b => Text(b, "name")).ToList();
            Assert.True(
                names.Count == names.Distinct(StringComparer.OrdinalIgnoreCase).Count(),
                $"{function}: {string.Join(", ", names)}");
            Assert.All(names, name => Assert.Matches(@"^([a-zA-Z][a-zA-Z0-9]{0,127}|\$return)$", name));
        }
    }

    [Fact]
    public async Task A_blob_path_has_one_token_as_the_first_of_several_is_greedy()
    {
        var paths = (await WorkerAsync()).Values.SelectMany(b => b)
            .Where(b => Text(b, "type") == "blobTrigger").Select(b => Text(b, "path")).ToList();
        Assert.All(paths, path => Assert.Equal(1, path.Count(c => c == '{')));
        Assert.All(
            Index.Functions.Select(f => f.Trigger).OfType<BlobTrigger>(), blob => Assert.Single(blob.Pattern.Tokens));
    }

    [Fact]
    public async Task No_route_begins_with_what_is_the_hosts_own()
    {
        var routes = (await WorkerAsync()).Values.SelectMany(b => b)
            .Where(b => Text(b, "type") == "httpTrigger").Select(b => Text(b, "route").Split('/')[0]);
        Assert.All(
            routes,
            first => Assert.DoesNotContain(first, (string[])["admin", "runtime"], StringComparer.OrdinalIgnoreCase));
    }

    private static async Task<Dictionary<string, JsonObject[]>> WorkerAsync() =>
        (await new app::Serverless.Functions.GeneratedFunctionMetadataProvider().GetFunctionMetadataAsync(""))
        .ToDictionary(f => f.Name!, f => f.RawBindings!.Select(b => JsonNode.Parse(b)!.AsObject()).ToArray());

    private static bool IsTrigger(JsonObject binding) =>
        Text(binding, "type").EndsWith("Trigger", StringComparison.Ordinal);

    private static string Describe(JsonObject trigger) => Text(trigger, "type") switch
    {
        "httpTrigger" => $"http {string.Join(',', trigger["methods"]!.AsArray()
            .Select(m => m!.ToString().ToUpperInvariant()))} /{Text(trigger, "route")}",
        "blobTrigger" => $"blob {Text(trigger, "path")}",
        "queueTrigger" => $"queue {Text(trigger, "queueName")}",
        "timerTrigger" => $"timer {Settings[Text(trigger, "schedule").Trim('%')]}",
        var other => throw new InvalidOperationException($"Unknown trigger {other}."),
    };

    private static string Text(JsonObject binding, string name) => binding[name]!.ToString();
}
