using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests;

/// <summary>Faults for which the official host leaves out a function, or does not call it as it was meant.</summary>
public sealed class HostRulesTests
{
    private const string Http =
        """{"name": "request", "type": "httpTrigger", "direction": "In", "methods": ["get"], "route": "a/{b}"}""";

    private const string Queue = """{"name": "$return", "type": "queue", "direction": "Out", "queueName": "work"}""";

    private static readonly HostRules Rules = new(
        new HashSet<string> { "AzureStorageBlobs", "AzureStorageQueues" },
        new Dictionary<string, string> { ["DataStorage__accountName"] = "account", ["Schedule"] = "0 0 * * * *" });

    [Fact]
    public void A_function_without_a_fault_is_taken() => Assert.Empty(Rules.FaultsIn([Function("a-1", Http, Queue)]));

    [Theory]
    [InlineData("'Request', 'type': 'queue', 'direction': 'Out'", "'request' (httpTrigger) and 'Request' (queue)")]
    [InlineData("'a_b', 'type': 'http', 'direction': 'Out'", "'a_b' is invalid")]
    [InlineData("'$return', 'type': 'http', 'direction': 'In'", "expected direction out")]
    [InlineData("'out', 'type': 'queue', 'direction': 'Out', 'queueName': 'Work'", "queue 'Work'")]
    [InlineData("'out', 'type': 'queue', 'direction': 'Out', 'connection': 'Other'", "no such setting")]
    [InlineData("'out', 'type': 'cosmosDB', 'direction': 'Out'", "Add the extension's package")]
    [InlineData("'more', 'type': 'timerTrigger', 'direction': 'In'", "expected one trigger, found 2")]
    public void A_binding_beside_the_trigger_can_be_a_fault(string binding, string expected) =>
        AssertOneFault(expected, Function("a", Http, Json(binding)));

    [Theory]
    [InlineData("'t', 'type': 'timerTrigger', 'schedule': '%Missing%'", "no setting 'Missing'")]
    [InlineData("'t', 'type': 'httpTrigger', 'route': 'Admin/x'", "begins as the host's own do")]
    [InlineData("'t', 'type': 'httpTrigger', 'route': 'a/{b'", "is no template")]
    [InlineData("'t', 'type': 'blobTrigger', 'source': 'EventGrid', 'path': 'abc/{model}/{file}'", "makes model 'a/b'")]
    [InlineData("'t', 'type': 'blobTrigger', 'source': 'EventGrid', 'path': '{c}/a'", "expected container/blob")]
    [InlineData("'t', 'type': 'blobTrigger', 'path': 'data/{path}'", "expected source EventGrid")]
    [InlineData("'t', 'type': 'http', 'direction': 'Out'", "expected one trigger, found 0")]
    public void A_trigger_can_be_a_fault(string trigger, string expected) =>
        AssertOneFault(expected, Function("a", Json(trigger)));

    [Theory]
    [InlineData("1a")]
    [InlineData("Host")]
    [InlineData("a b")]
    public void A_name_can_be_a_fault(string name) => AssertOneFault("Rename it", Function(name, Http));

    [Fact]
    public void Functions_of_one_name_or_one_route_are_faults()
    {
        var post = Http.Replace("get", "post", StringComparison.Ordinal);
        Assert.Empty(Rules.FaultsIn([Function("a", Http), Function("b", post)]));
        string[] faults = [.. Rules.FaultsIn([Function("a", Http), Function("b", Http)]).Select(f => $"{f}")];
        Assert.Equal(
            ["a: route 'a/{b}' is b's too, for the same method. Change one of them.",
            "b: route 'a/{b}' is a's too, for the same method. Change one of them."],
            faults);
        Assert.Equal(2, Rules.FaultsIn([Function("a", Http), Function("A", post)]).Count);
    }

    [Theory]
    [InlineData("data/{path}", "data/a/b/c.csv", "path=a/b/c.csv")]
    [InlineData("data/{model}/{file}", "data/a/b/c.csv", "model=a/b file=c.csv")]
    [InlineData("data/{name}.csv", "data/a.csv.csv", "name=a.csv")]
    [InlineData("data/{name}.csv", "data/a.txt", null)]
    [InlineData("data/{name}", "database/a", null)]
    public void Tokens_of_a_blob_path_are_read_as_the_host_reads_them(string pattern, string blob, string? expected)
    {
        var tokens = new BlobPattern(pattern).Match(blob);
        var found = tokens?.Select(t => $"{t.Key}={t.Value}");
        Assert.Equal(expected, found is null ? null : string.Join(' ', found));
    }

    private static void AssertOneFault(string expected, FunctionDescription function) =>
        Assert.Contains(expected, Assert.Single(Rules.FaultsIn([function])).Text, StringComparison.Ordinal);

    private static string Json(string binding) => $$"""{"name": {{binding.Replace('\'', '"')}}}""";

    private static FunctionDescription Function(string name, params string[] bindings) =>
        new(name, "id", "App.dll", "App.Functions.Run", [.. bindings.Select(Binding.Parse)]);

}
