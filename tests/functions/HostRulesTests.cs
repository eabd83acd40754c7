using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests;

/// <summary>Faults for which the official host leaves out a function, or calls it otherwise than it was meant.</summary>
public sealed class HostRulesTests
{
    private const string Http = """{"name": "request", "type": "httpTrigger", "direction": "In", "methods": ["get"], "route": "a/{b}"}""";

    private static readonly HostRules Rules = new(
        new HashSet<string> { "AzureStorageBlobs", "AzureStorageQueues" },
        new Dictionary<string, string> { ["DataStorage__accountName"] = "account", ["Schedule"] = "0 0 * * * *" });

    [Fact]
    public void A_function_without_a_fault_is_taken() => Assert.Empty(Rules.FaultsIn([Function("a-1", Http, Return("queue", "\"queueName\": \"work\""))]));

    [Theory]
    [InlineData("""{"name": "Request", "type": "queue", "direction": "Out", "queueName": "work"}""", "found 'request' (httpTrigger) and 'Request' (queue)")]
    [InlineData("""{"name": "a_b", "type": "http", "direction": "Out"}""", "'a_b' is invalid")]
    [InlineData("""{"name": "$return", "type": "http", "direction": "In"}""", "expected direction out")]
    [InlineData("""{"name": "out", "type": "queue", "direction": "Out", "queueName": "Work"}""", "queue 'Work'")]
    [InlineData("""{"name": "out", "type": "queue", "direction": "Out", "queueName": "work", "connection": "Other"}""", "no such setting")]
    [InlineData("""{"name": "out", "type": "cosmosDB", "direction": "Out"}""", "Add the extension's package")]
    [InlineData("""{"name": "more", "type": "timerTrigger", "direction": "In", "schedule": "%Schedule%"}""", "expected one trigger, found 2")]
    public void A_binding_beside_the_trigger_can_be_a_fault(string binding, string expected) =>
        Assert.Contains(expected, Assert.Single(Rules.FaultsIn([Function("a", Http, binding)])).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"name": "t", "type": "timerTrigger", "direction": "In", "schedule": "%Missing%"}""", "no setting 'Missing'")]
    [InlineData("""{"name": "t", "type": "httpTrigger", "direction": "In", "route": "Admin/x"}""", "begins as the host's own do")]
    [InlineData("""{"name": "t", "type": "httpTrigger", "direction": "In", "route": "a/{b"}""", "is no template")]
    [InlineData("""{"name": "t", "type": "blobTrigger", "direction": "In", "source": "EventGrid", "path": "data/{model}/{file}"}""", "makes model 'a/b'")]
    [InlineData("""{"name": "t", "type": "blobTrigger", "direction": "In", "source": "EventGrid", "path": "{c}/a"}""", "expected container/blob")]
    [InlineData("""{"name": "t", "type": "blobTrigger", "direction": "In", "path": "data/{path}"}""", "expected source EventGrid")]
    [InlineData("""{"name": "t", "type": "http", "direction": "Out"}""", "expected one trigger, found 0")]
    public void A_trigger_can_be_a_fault(string trigger, string expected) =>
        Assert.Contains(expected, Assert.Single(Rules.FaultsIn([Function("a", trigger)])).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("1a")]
    [InlineData("Host")]
    [InlineData("a b")]
    public void A_name_can_be_a_fault(string name) => Assert.Contains("Rename it", Assert.Single(Rules.FaultsIn([Function(name, Http)])).Text, StringComparison.Ordinal);

    [Fact]
    public void Functions_of_one_name_or_one_route_are_faults()
    {
        var post = Http.Replace("get", "post", StringComparison.Ordinal);
        Assert.Empty(Rules.FaultsIn([Function("a", Http), Function("b", post)]));
        Assert.All(Rules.FaultsIn([Function("a", Http), Function("b", Http)]), f => Assert.Contains("for the same method", f.Text, StringComparison.Ordinal));
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
        Assert.Equal(expected, tokens is null ? null : string.Join(' ', tokens.Select(t => $"{t.Key}={t.Value}")));
    }

    private static FunctionDescription Function(string name, params string[] bindings) =>
        new(name, "id", "App.dll", "App.Functions.Run", [.. bindings.Select(Binding.Parse)]);

    private static string Return(string type, string more) => $$"""{"name": "$return", "type": "{{type}}", "direction": "Out", {{more}}}""";
}
