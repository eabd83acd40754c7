using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Hosting;
using Serverless.Local.Hosting.Queues;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Tests.Queues;

public sealed class QueueTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Probe _probe = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_request_returns_beside_its_answer_is_delivered_and_gone_then()
    {
        await using var host = await StartAsync(typeof(QueueFunctions));
        using var answer = await host.Client.PostAsync("/api/ask/bikes", content: null);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await _probe.UntilAsync(calls: 4);
        await host.UntilIdleAsync();
        Assert.Equal(["job bikes 1", "note a", "note b", "note did bikes"], _probe.Calls.Order());
        Assert.Empty(_folder.Files("host/queues"));
    }

    [Fact]
    public async Task Null_sends_nothing()
    {
        await using var host = await StartAsync(typeof(QueueFunctions));
        using var answer = await host.Client.PostAsync("/api/ask/none", content: null);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await host.RunNowAsync("OnJob", """{"model": "quiet", "tries": 2}""");
        await _probe.UntilAsync(calls: 1);
        await host.UntilIdleAsync();
        Assert.Equal(["job quiet 2"], _probe.Calls);
    }

    [Fact]
    public async Task Messages_run_in_the_order_sent()
    {
        await using var host = await StartAsync(typeof(OneQueue), """{"extensions": {"queues": {"batchSize": 1}}}""");
        var queues = host.Host.Services.GetRequiredService<QueueStore>();
        for (var i = 0; i < 30; i++) await queues.SendAsync("texts", $"{i:00}", TestContext.Current.CancellationToken);
        await _probe.UntilAsync(calls: 30);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i:00}"), _probe.Calls);
    }

    [Fact]
    public async Task A_message_that_fails_is_hidden_tried_again_and_then_put_in_the_poison_queue()
    {
        _probe.OnCall = (call, _) =>
            call.StartsWith("job", StringComparison.Ordinal)
                ? throw new InvalidOperationException("no")
                : Task.CompletedTask;
        await using var host = await StartAsync(
            typeof(QueueFunctions),
            """{"extensions": {"queues": {"maxDequeueCount": 3, "visibilityTimeout": "00:00:00.020"}}}""");
        await host.RunNowAsync("OnJob", """{"model":"bikes","tries":7}""");
        await _probe.UntilAsync(calls: 4);
        await host.UntilIdleAsync();
        Assert.Equal(
            ["job bikes 7", "job bikes 7", "job bikes 7", """poison {"model":"bikes","tries":7}"""], _probe.Calls);
        Assert.Empty(_folder.Files("host/queues"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"tries": "many"}""")]
    [InlineData("""{"model": "bikes", "tries": "7"}""")]
    [InlineData("""{"model": "bikes", "tries": 7,}""")]
    public async Task A_message_that_is_no_such_object_becomes_poison_with_the_reason_and_never_runs(string body)
    {
        await using (var host = await StartAsync(typeof(JobOnly)))
        {
            using var _ = await host.RunNowAsync("JobOnly", body);
            await host.UntilIdleAsync();
        }

        Assert.Empty(_probe.Calls);
        var poison = JsonDocument.Parse(
            File.ReadAllText(Assert.Single(_folder.Files("host/queues/only-jobs-poison")))).RootElement;
        Assert.Equal(body, poison.GetProperty("body").GetString());
        Assert.Contains("the message is n", poison.GetProperty("lastError").GetString());
    }

    [Fact]
    public async Task Messages_outlive_the_host_and_one_that_was_cut_short_runs_again()
    {
        _probe.OnCall = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        await using (var host = await StartAsync(
            typeof(OneQueue),
            """{"extensions": {"queues": {"batchSize": 1}}}""",
            s => s with { Drain = TimeSpan.Zero }))
        {
            await host.RunNowAsync("OnText", "first");
            await host.RunNowAsync("OnText", "second");
            await _probe.UntilAsync(calls: 1);
        }

        Assert.Equal(2, _folder.Files("host/queues/texts").Length);
        _probe.OnCall = (_, _) => Task.CompletedTask;
        await using (var host = await StartAsync(typeof(OneQueue)))
        {
            await _probe.UntilAsync(calls: 3);
            await host.UntilIdleAsync();
        }

        Assert.Equal(["first", "first", "second"], _probe.Calls.Order());
        Assert.Empty(_folder.Files("host/queues/texts"));
    }

    [Fact]
    public async Task A_message_whose_run_ended_the_host_time_and_again_becomes_poison()
    {
        var killed = new QueueMessage("0000000000000000001", "kills", default)
        {
            Attempts = new Attempts { Running = true, Abandoned = Attempts.MaxAbandoned - 1 },
        };
        _folder.Drop(
            "host/queues/texts/0000000000000000001.json",
            JsonSerializer.Serialize(killed, HostJson.Default.QueueMessage));
        await using (var host = await StartAsync(typeof(OneQueue))) await host.UntilIdleAsync();
        Assert.Empty(_probe.Calls);
        Assert.Single(_folder.Files("host/queues/texts-poison"));
        Assert.Empty(_folder.Files("host/queues/texts"));
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_told_and_stops_no_other()
    {
        _folder.Drop("host/queues/texts/0000000000000000001.json", "{");
        var host = await StartAsync(typeof(OneQueue));
        await using (host)
        {
            await host.RunNowAsync("OnText", "fine");
            await _probe.UntilAsync(calls: 1);
        }

        Assert.Equal(["fine"], _probe.Calls);
        Assert.Contains(
            "Cannot read the host's blob host/queues/texts/0000000000000000001.json", host.Output.ToString());
    }

    [Fact]
    public async Task A_message_too_large_for_a_queue_is_refused_at_the_sender()
    {
        await using var host = await StartAsync(typeof(OneQueue));
        var queues = host.Host.Services.GetRequiredService<QueueStore>();
        await queues.SendAsync(
            "texts", new string('x', QueueStore.MaxMessageBytes), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ArgumentException>(() => queues.SendAsync(
            "texts", new string('x', QueueStore.MaxMessageBytes + 1), TestContext.Current.CancellationToken));
    }

    private Task<TestHost> StartAsync(
        Type functions, string hostJson = "{}", Func<HostSettings, HostSettings>? with = null) =>
        TestHost.StartAsync(_folder, [functions, typeof(Accepted)], _probe, hostJson, with);
}
