using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Serverless.Local.Tests.Blobs;
using Serverless.Local.Tests.Http;
using Serverless.Local.Tests.Queues;

namespace Serverless.Local.Tests.Admin;

public sealed class AdminTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private TestHost _host = null!;

    private Probe Probe => _host.Probe;

    public async ValueTask InitializeAsync()
    {
        _folder.Drop("datasets/bikes/a.csv", "1");
        _host = await TestHost.StartAsync(_folder, [typeof(BlobFunctions), typeof(OneQueue), typeof(HttpFunctions)]);
        await Probe.UntilAsync(calls: 1);
        await _host.UntilIdleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_blob_function_runs_again_for_a_blob_that_was_done()
    {
        using var answer = await _host.RunNowAsync("ondataset", "datasets/bikes/a.csv");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(
            "OnDataset", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("function").GetString());
        await Probe.UntilAsync(calls: 2);
        await _host.UntilIdleAsync();
        Assert.Equal(["bikes a.csv 1", "bikes a.csv 1"], Probe.Calls);
    }

    [Fact]
    public async Task A_queue_function_runs_with_the_message()
    {
        using var answer = await _host.RunNowAsync("OnText", "hello");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Probe.UntilAsync(calls: 2);
        Assert.Equal("hello", Probe.Calls[^1]);
    }

    [Theory]
    [InlineData(
        "Nothing",
        "x",
        HttpStatusCode.NotFound,
        "There is no function 'Nothing'; expected one of Keyed, Length, NoRoute, OnDataset")]
    [InlineData(
        "OnDataset", null, HttpStatusCode.BadRequest, "expected the name of a blob like 'datasets/{path}', found ''")]
    [InlineData("OnDataset", "models/bikes/model.json", HttpStatusCode.BadRequest, "found 'models/bikes/model.json'")]
    [InlineData("OnDataset", "datasets/bikes/../../x", HttpStatusCode.BadRequest, "found 'datasets/bikes/../../x'")]
    [InlineData(
        "OnDataset", "datasets/bikes/none.csv", HttpStatusCode.NotFound, "There is no blob 'datasets/bikes/none.csv'")]
    [InlineData("OnText", null, HttpStatusCode.BadRequest, "expected a message, found nothing")]
    [InlineData("Open", null, HttpStatusCode.BadRequest, "call its route, http GET,POST /api/open")]
    public async Task What_cannot_run_is_told(string function, string? input, HttpStatusCode status, string detail)
    {
        using var answer = await _host.RunNowAsync(function, input);
        Assert.Contains(detail, (await Problem.ReadAsync(answer, status)).GetProperty("detail").GetString());
        Assert.Single(Probe.Calls);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"input": 3}""")]
    public async Task A_body_that_is_not_understood_is_a_400_problem(string body)
    {
        using var answer = await _host.Client.PostAsync(
            "/admin/functions/OnText", new StringContent(body, Encoding.UTF8, "application/json"));
        await Problem.ReadAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_status_tells_what_runs_what_waits_and_where()
    {
        var go = new TaskCompletionSource();
        Probe.OnCall = (_, _) => go.Task;
        using var answer = await _host.RunNowAsync("OnText", "hello");
        await Probe.UntilAsync(calls: 2);

        var status = await _host.StatusAsync();
        Assert.Equal("running", status.GetProperty("state").GetString());
        Assert.Equal(Environment.ProcessId, status.GetProperty("processId").GetInt32());
        Assert.Equal(_folder.Path, status.GetProperty("store").GetString());
        Assert.True(status.GetProperty("uptimeSeconds").GetDouble() > 0);
        Assert.NotEmpty(status.GetProperty("version").GetString()!);
        Assert.Equal(1, status.GetProperty("queues").GetProperty("texts").GetInt32());
        Assert.Equal(0, status.GetProperty("pendingBlobs").GetProperty("OnDataset").GetInt32());

        var functions = status.GetProperty("functions").EnumerateArray().ToDictionary(
            f => f.GetProperty("name").GetString()!);
        Assert.Equal("blob datasets/{path}", functions["OnDataset"].GetProperty("trigger").GetString());
        Assert.Equal(1, functions["OnDataset"].GetProperty("runs").GetInt32());
        Assert.Equal(0, functions["OnDataset"].GetProperty("running").GetInt32());
        Assert.True(functions["OnDataset"].TryGetProperty("lastRun", out _));
        Assert.Equal(1, functions["OnText"].GetProperty("running").GetInt32());
        Assert.False(functions["Open"].TryGetProperty("lastRun", out _));
        go.SetResult();
        await _host.UntilIdleAsync();
    }
}
