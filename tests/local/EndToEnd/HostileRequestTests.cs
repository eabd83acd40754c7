using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Requests that no client should send: each is told what is wrong and where, and harms nobody else.</summary>
public sealed class HostileRequestTests
{
    private const string Definition = """
        {
          "label": "sold", "task": "binary", "id": "id", "training": {"trials": 1, "trainers": ["linear"]},
          "features": [
            {"name": "amount", "type": "numeric", "required": true, "range": {"min": 0, "max": 1e39}},
            {"name": "colour", "type": "categorical", "values": ["red", "green", "blue"]},
            {"name": "member", "type": "boolean"},
            {"name": "note", "ignored": true}
          ]
        }
        """;

    private static readonly string[] _fields = ["id", "when", "amount", "size", "colour", "member", "note", "sold"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Malformed_predict_bodies_are_refused_with_the_place_and_leave_monitoring_whole()
    {
        using var store = new TestStore();
        await using var host = await StartAsync(store);
        var tally = await SendAllAsync(
            host,
            HttpMethod.Post,
            "/api/models/shop/predict",
            HostileBodies.Around(HostileBodies.GoodRow, _fields, new SplitMix64(3)));
        Assert.True(tally.Refused >= 200 && tally.Answered > 0, $"{tally}");

        // Rows that are kept as a sample must not be able to fill the memory.
        var large = Encoding.UTF8.GetBytes(HostileBodies.GoodRow.Replace(
            "}", $", \"note\": \"{new string('x', 4_000_000)}\"}}", StringComparison.Ordinal));
        var more = await SendAllAsync(host, HttpMethod.Post, "/api/models/shop/predict", Enumerable.Repeat(large, 120));
        Assert.Equal(120, more.Answered);

        // What was answered is in the log, whole, or one client could blind the monitoring of all.
        await host.PredictAsync("shop", HostileBodies.GoodRow);
        await RequireMonitoringAsync(host, tally.Rows + more.Rows + 1);
        TestContext.Current.TestOutputHelper!.WriteLine($"predict: {tally}; peak {host.PeakMemoryBytes >> 20} MB");
        Assert.InRange(host.PeakMemoryBytes, 0, 1L << 30);
    }

    [Fact]
    public async Task Malformed_feedback_and_alias_bodies_are_refused_with_the_place_and_change_nothing()
    {
        using var store = new TestStore();
        await using var host = await StartAsync(store);
        await host.PredictAsync("shop", HostileBodies.GoodRow);
        var feedback = await SendAllAsync(host, HttpMethod.Post, "/api/models/shop/feedback",
            HostileBodies.Around(HostileBodies.GoodOutcome, ["id", "label", "value"], new SplitMix64(4)));
        await RequireMonitoringAsync(host, 1);

        var before = await File.ReadAllTextAsync(store.PathOf("models/shop/aliases.json"), Cancellation);
        var alias = await SendAllAsync(host, HttpMethod.Put, "/api/models/shop/aliases/champion",
            HostileBodies.Around(
                """{"version": 77, "reason": "no such version"}""", ["version", "reason"], new SplitMix64(5)));
        Assert.Equal(0, alias.Answered);
        Assert.Equal(before, await File.ReadAllTextAsync(store.PathOf("models/shop/aliases.json"), Cancellation));
        TestContext.Current.TestOutputHelper!.WriteLine($"feedback: {feedback}; alias: {alias}");
        await host.PredictAsync("shop", HostileBodies.GoodRow);
    }

    [Theory]
    [InlineData("""{"id": "a", "value": 1e999}""", "/value")]
    [InlineData("""[{"id": "a", "value": 1}, {"id": "b", "value": 1e300}]""", "/1/value")]
    [InlineData("""[{"id": "a", "value": 1}, null]""", "/1")]
    [InlineData("""{"id": "a"}""", "")]
    public async Task Feedback_that_nothing_could_be_measured_with_is_refused_with_the_place(
        string body, string pointer)
    {
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root, "--empty");
        store.Write("models/shop/model.json", Definition);
        var problem = await host.SendAsync(HttpMethod.Post, "/api/models/shop/feedback", body, expected: 400);
        Assert.Equal(pointer, problem.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task Numbers_at_the_end_of_their_range_are_answered_and_counted()
    {
        using var store = new TestStore();
        store.Write(
            "models/shop/model.json",
            """{"label": "y", "task": "regression", "training": {"trials": 1, "trainers": ["linear"]}}""");
        // With noise: a label that follows exactly from the columns is taken for a leak.
        var random = new SplitMix64(6);
        var rows = Enumerable.Range(0, 200).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{i % 37},{i % 11},{(5000 * (i % 37)) + random.NextInt32(9000)}\n"));
        store.Write("datasets/shop/good.csv", "a,b,y\n" + string.Concat(rows));
        await using var host = await HostProcess.StartAsync(store.Root, "--empty");
        await UntilServedAsync(host, """{"a": 1}""");
        foreach (var number in (string[])["1e308", "-1e308", "3.4e38", "1e-320"])
        {
            await host.PredictAsync("shop", $"{{\"a\": {number}, \"b\": -1e308}}");
        }

        await RequireMonitoringAsync(host, 5);
    }

    [Fact]
    public async Task Reasons_without_end_do_not_fill_the_aliases_up()
    {
        using var store = new TestStore();
        await using var host = await StartAsync(store);
        for (var i = 0; i < 6; i++)
        {
            var body = JsonSerializer.Serialize(new { version = 1, reason = new string((char)('a' + i), 3_000_000) });
            await host.SendAsync(HttpMethod.Put, $"/api/models/shop/aliases/challenger", body, expected: 400);
        }

        await host.GetAsync("/api/models/shop");
    }

    internal static async Task<HostProcess> StartAsync(TestStore store)
    {
        store.Write("models/shop/model.json", Definition);
        var random = new SplitMix64(9);
        var csv = new StringBuilder("id,when,amount,size,colour,member,note,sold\n");
        for (var i = 0; i < 300; i++)
        {
            var (amount, size, colour) = (random.NextDouble() * 100, random.NextInt32(9), random.NextInt32(3));
            csv.Append(CultureInfo.InvariantCulture, $"{i},2026-01-{1 + (i % 28):00}T00:00:00Z,{amount:F2},{size},")
                .Append(((string[])["red", "green", "blue"])[colour])
                .Append(i % 2 == 0 ? ",true,x" : ",false,y").Append(amount + (10 * colour) > 60 ? ",yes\n" : ",no\n");
        }

        store.Write("datasets/shop/good.csv", csv.ToString());
        var host = await HostProcess.StartAsync(store.Root, "--empty");
        await UntilServedAsync(host, HostileBodies.GoodRow);
        return host;
    }

    private static Task<string> UntilServedAsync(
        HostProcess host, string row) => host.UntilAsync("a champion", async () =>
    {
        using var content = new StringContent(row);
        using var response = await host.Http.PostAsync("/api/models/shop/predict", content, Cancellation);
        return response.IsSuccessStatusCode ? "yes" : null;
    });

    private static async Task<Tally> SendAllAsync(
        HostProcess host, HttpMethod method, string path, IEnumerable<byte[]> bodies)
    {
        var (answered, refused, rows) = (0, 0, 0);
        foreach (var body in bodies)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
            using var response = await host.Http.SendAsync(request, Cancellation);
            var text = await response.Content.ReadAsStringAsync(Cancellation);
            var what = $"{Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(300, body.Length)))}\n→ "
                + $"{(int)response.StatusCode} {text}";
            if (response.IsSuccessStatusCode)
            {
                answered++;
                if (JsonDocument.Parse(text).RootElement.TryGetProperty("predictions", out var predictions))
                {
                    rows += predictions.GetArrayLength();
                }

                continue;
            }

            refused++;
            Assert.True((int)response.StatusCode is >= 400 and < 500, $"{what}\n{host.Output}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = JsonDocument.Parse(text).RootElement;
            Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
            if (response.StatusCode != HttpStatusCode.BadRequest) continue;
            foreach (var error in problem.GetProperty("errors").EnumerateArray())
            {
                var pointer = error.GetProperty("pointer").GetString()!;
                Assert.True(pointer is "" || pointer[0] == '/', what);
                Assert.True(error.GetProperty("expected").GetString() is { Length: > 0 }, what);
                Assert.True(error.GetProperty("found").GetString() is { Length: > 0 and < 500 }, what);
            }
        }

        return new Tally(answered, refused, rows);
    }

    /// <summary>
    /// The timer reads all that the requests left behind: the report counts every row that was answered.
    /// </summary>
    private static async Task RequireMonitoringAsync(HostProcess host, int atLeast)
    {
        await host.TriggerAsync("check-drift");
        var report = await host.UntilAsync("the drift report", async () =>
        {
            using var response = await host.Http.GetAsync("/api/models/shop/drift", Cancellation);
            return response.IsSuccessStatusCode
                ? JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation))
                : null;
        });
        var rows = report.RootElement.GetProperty("drift").GetProperty("rows").GetInt32();
        Assert.True(rows >= atLeast, $"{rows} rows of {atLeast} are in the report\n{host.Output}");
    }

    private sealed record Tally(int Answered, int Refused, int Rows);
}
