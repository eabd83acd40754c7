using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.Local.Tests.Http;

public sealed class RequestEdgeTests : IDisposable
{
    private const string NoPrefix = """{"extensions": {"http": {"routePrefix": ""}}}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_exception_is_a_500_problem_with_the_logged_id_and_no_internals()
    {
        string id;
        var host = await StartAsync();
        await using (host)
        {
            using var answer = await host.Client.GetAsync("/throws");
            var problem = await Problem.ReadAsync(answer, HttpStatusCode.InternalServerError);
            Assert.DoesNotContain("secret", problem.GetRawText());
            Assert.DoesNotContain("Exception", problem.GetRawText());
            id = problem.GetProperty("id").GetString()!;
        }

        Assert.Contains(id, host.Output.ToString());
        Assert.Contains("the secret inside /throws", host.Output.ToString());
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_a_413_problem_and_one_at_the_limit_passes()
    {
        await using var host = await StartAsync(maxBytes: 1000);
        using var fits = await host.Client.PostAsync("/length", new ByteArrayContent(new byte[1000]));
        Assert.Equal("1000", await fits.Content.ReadAsStringAsync());
        using var tooMuch = await host.Client.PostAsync("/length", new ByteArrayContent(new byte[1001]));
        await Problem.ReadAsync(tooMuch, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("80000000")]
    [InlineData("7FFFFFFFF")]
    [InlineData("xyz")]
    public async Task A_chunk_size_that_is_none_is_a_400_problem(string size)
    {
        var host = await StartAsync();
        await using (host)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(
                host.Host.Address.Host, host.Host.Address.Port, TestContext.Current.CancellationToken);
            await using var stream = client.GetStream();
            var request = "POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: "
                + "chunked\r\n\r\n"
                + $"{size}\r\nabc\r\n0\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains("chunk", answer, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("failed", host.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_gives_up_cancels_the_function_and_is_no_error()
    {
        var cancelled = new TaskCompletionSource();
        var host = await StartAsync();
        await using (host)
        {
            host.Probe.OnCall = async (_, stop) =>
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, stop));
                cancelled.SetResult();
                stop.ThrowIfCancellationRequested();
            };
            using var giveUp = new CancellationTokenSource();
            var request = host.Client.GetAsync("/waits", giveUp.Token);
            await host.Probe.UntilAsync(calls: 1);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
            await cancelled.Task.WaitAsync(TimeSpan.FromMinutes(5));
            Assert.Equal("/NoRoute", await host.Client.GetStringAsync("/NoRoute"));
        }

        Assert.DoesNotContain("error", host.Output.ToString());
    }

    [Fact]
    public async Task A_function_that_runs_beyond_the_time_limit_is_cancelled_and_told()
    {
        await using var host = await TestHost.StartAsync(
            _folder,
            [typeof(HttpFunctions)],
            hostJson: """{"functionTimeout": "00:00:00.050", "extensions": {"http": {"routePrefix": ""}}}""");
        host.Probe.OnCall = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        using var answer = await host.Client.GetAsync("/waits");
        await Problem.ReadAsync(answer, HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task A_request_in_flight_may_end_after_the_host_was_told_to_stop()
    {
        var host = await StartAsync();
        var go = new TaskCompletionSource();
        host.Probe.OnCall = (_, _) => go.Task;
        var request = host.Client.GetAsync("/waits");
        await host.Probe.UntilAsync(calls: 1);
        var stopping = host.Host.StopAsync();
        go.SetResult();
        using var answer = await request;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await stopping;
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_outlasts_the_drain_is_cancelled_and_answered_with_503()
    {
        await using var host = await StartAsync(drain: TimeSpan.Zero);
        host.Probe.OnCall = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        var request = host.Client.GetAsync("/waits");
        await host.Probe.UntilAsync(calls: 1);
        await host.Host.StopAsync();
        using var answer = await request;
        await Problem.ReadAsync(answer, HttpStatusCode.ServiceUnavailable);
    }

    private Task<TestHost> StartAsync(long maxBytes = 1_000_000, TimeSpan? drain = null) => TestHost.StartAsync(
        _folder,
        [typeof(HttpFunctions)],
        hostJson: NoPrefix,
        with: s => s with { MaxRequestBytes = maxBytes, Drain = drain ?? s.Drain });
}
