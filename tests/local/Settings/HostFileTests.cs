using Microsoft.Extensions.Logging;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Tests.Settings;

public sealed class HostFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_setting_is_read_and_unknown_ones_are_ignored()
    {
        var file = Read("""
            {
              // Azure takes comments too.
              "version": "2.0",
              "functionTimeout": "00:05:00",
              "extensions": {
                "http": { "routePrefix": "/v2/", "other": 1 },
                "blobs": { "maxDegreeOfParallelism": 3, "poisonBlobThreshold": 7 },
                "queues": { "batchSize": 4, "maxDequeueCount": 2, "visibilityTimeout": "00:01:30" },
                "durableTask": { "hubName": "x" }
              },
              "logging": { "logLevel": { "default": "warning", "Host": "Trace" } }
            }
            """);
        Assert.Equal("v2", file.RoutePrefix);
        Assert.Equal(new BlobOptions { MaxDegreeOfParallelism = 3, PoisonBlobThreshold = 7 }, file.Blobs);
        Assert.Equal(
            new QueueOptions { BatchSize = 4, MaxDequeueCount = 2, VisibilityTimeout = TimeSpan.FromSeconds(90) },
            file.Queues);
        Assert.Equal(TimeSpan.FromMinutes(5), file.FunctionTimeout);
        Assert.Equal(LogLevel.Warning, file.LogLevel);
    }

    [Fact]
    public void What_it_does_not_say_is_as_on_Azure()
    {
        Assert.Equal(new HostFile(), Read("{}"));
        Assert.Equal("api", new HostFile().RoutePrefix);
        Assert.Equal(5, new HostFile().Blobs.PoisonBlobThreshold);
        Assert.Null(Read("""{"functionTimeout": "-1"}""").FunctionTimeout);
    }

    [Theory]
    [InlineData("[]", "the file must be an object, found []")]
    [InlineData("""{"version": "1.0"}""", "version must be \"2.0\", found \"1.0\"")]
    [InlineData("""{"extensions": 3}""", "extensions must be an object, found 3")]
    [InlineData("""{"extensions": {"blobs": []}}""", "extensions.blobs must be an object, found []")]
    [InlineData(
        """{"extensions": {"http": {"routePrefix": 1}}}""", "extensions.http.routePrefix must be a string, found 1")]
    [InlineData(
        """{"extensions": {"blobs": {"maxDegreeOfParallelism": "two"}}}""",
        "extensions.blobs.maxDegreeOfParallelism must be a whole number from 1 to 1000, found \"two\"")]
    [InlineData(
        """{"extensions": {"blobs": {"poisonBlobThreshold": 0}}}""",
        "poisonBlobThreshold must be a whole number from 1")]
    [InlineData(
        """{"extensions": {"queues": {"batchSize": 1.5}}}""", "extensions.queues.batchSize must be a whole number")]
    [InlineData("""{"extensions": {"queues": {"batchSize": 33}}}""", "from 1 to 32, found 33")]
    [InlineData(
        """{"extensions": {"queues": {"visibilityTimeout": "30"}}}""",
        "visibilityTimeout must be a time from 00:00:00")]
    [InlineData("""{"functionTimeout": "soon"}""", "functionTimeout must be a time up to 24 days")]
    [InlineData("""{"functionTimeout": "00:00:00"}""", "functionTimeout must be a time up to 24 days")]
    [InlineData(
        """{"logging": {"logLevel": {"default": "Loud"}}}""", "logging.logLevel.default must be one of Trace, Debug")]
    [InlineData("{\n  \"version\": 2.0,,\n}", "is not valid JSON, line 2")]
    [InlineData("", "is not valid JSON, line 1")]
    public void A_wrong_value_is_told_with_its_path_and_what_was_expected_and_found(string json, string message) =>
        Assert.Contains(message, Assert.Throws<HostStartException>(() => Read(json)).Message);

    [Fact]
    public void A_file_that_was_named_must_exist() =>
        Assert.Contains(
            "There is no host.json",
            Assert.Throws<HostStartException>(() => HostFile.Read(_folder.PathOf("none.json"))).Message);

    private HostFile Read(string json) => HostFile.Read(TestHost.WriteHostJson(_folder, json));
}
