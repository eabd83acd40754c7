using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>
/// Requests made up by a machine, beside one client that behaves. At full size where SERVERLESS_TEST_CRASHES is
/// <c>full</c>.
/// </summary>
public sealed class FuzzedRequestTests
{
    private const int Connections = 8;

    private static readonly int _requests =
        Environment.GetEnvironmentVariable("SERVERLESS_TEST_CRASHES") == "full" ? 100_000 : 4_000;

    private static readonly string[] _tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"amount\"", "\"colour\"", "\"id\"", "\"columns\"", "\"when\"",
        "\"\\u0061mount\"", "null", "true", "1e999", "-0",
        "12.5", "123456789012345678901234567890", "0x10", "NaN", "\"red\"", "\"\\ud800\"", "\u0000", "\uFEFF", " ",
        "\n", "1e-400", "[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_thousand_broken_requests_are_refused_in_little_memory_while_a_good_client_is_answered()
    {
        using var store = new TestStore();
        await using var host = await HostileRequestTests.StartAsync(store);
        var alone = await LatencyAsync(host, until: null);
        var over = new TaskCompletionSource();
        var beside = LatencyAsync(host, over.Task);

        var statuses = new int[600];
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(client => Task.Run(async () =>
        {
            var random = new SplitMix64((ulong)client + 1);
            for (var i = client; i < _requests; i += Connections)
            {
                Interlocked.Increment(ref statuses[await SendAsync(host, Fuzz(random))]);
            }
        })));
        over.SetResult();

        var (median, slow) = await beside;
        var told = string.Join(", ", statuses.Index().Where(s => s.Item > 0).Select(s => $"{s.Item} × {s.Index}"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{told}; a good request took {alone.Median:0.0} ms alone, {median:0.0} beside (99 of 100: {slow:0}); "
            + $"peak {host.PeakMemoryBytes >> 20} MB");
        Assert.Equal(0, statuses[500..].Sum());
        Assert.True(statuses[400] > _requests / 2, told);
        Assert.InRange(host.PeakMemoryBytes, 0, 700L << 20);
        await host.PredictAsync("shop", HostileBodies.GoodRow);
    }

    /// <summary>A client that asks one thing after another, and each time gets the same right answer.</summary>
    private static async Task<(double Median, double Slow)> LatencyAsync(HostProcess host, Task? until)
    {
        var times = new List<double>();
        string? expected = null;
        while (until is null ? times.Count < 200 : !until.IsCompleted)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await host.PredictAsync("shop", HostileBodies.GoodRow);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var probabilities = answer.GetProperty("predictions")[0].GetProperty("probabilities").GetRawText();
            Assert.Equal(expected ??= probabilities, probabilities);
        }

        times.Sort();
        return (times[times.Count / 2], times[times.Count * 99 / 100]);
    }

    private static async Task<int> SendAsync(HostProcess host, byte[] body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/api/models/shop/predict")
        { Content = new ByteArrayContent(body) };
        using var response = await host.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        using var json = JsonDocument.Parse(text);
        Assert.Equal(response.IsSuccessStatusCode, json.RootElement.TryGetProperty("predictions", out _));
        return (int)response.StatusCode;
    }

    private static byte[] Fuzz(SplitMix64 random)
    {
        var good = Encoding.UTF8.GetBytes(random.NextInt32(2) == 0
            ? HostileBodies.GoodRow
            : """{"columns": {"amount": [1, 2.5, 1e3], "colour": ["red", null, "blue"], "id": [1, "b", null]}}""");
        switch (random.NextInt32(7))
        {
            case 0: // truncated
                return good[..random.NextInt32(good.Length)];
            case 1: // bytes that are no text
                for (var i = 0; i <= random.NextInt32(4); i++)
                {
                    good[random.NextInt32(good.Length)] = (byte)random.NextInt32(256);
                }

                return good;
            case 2: // pieces of JSON in any order
                return Encoding.UTF8.GetBytes(string.Concat(
                    Enumerable.Range(0, random.NextInt32(40)).Select(_ => _tokens[random.NextInt32(_tokens.Length)])));
            case 3: // deep
                var depth = random.NextInt32(20_000);
                return Encoding.UTF8.GetBytes(random.NextInt32(2) == 0
                    ? new string('[', depth)
                    : string.Concat(Enumerable.Repeat("{\"amount\":", depth)));
            case 4: // numbers without end
                return Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"amount\": {random.NextInt32(10)}{new string('7', random.NextInt32(3000))}"
                    + $"e{random.NextInt32(2000) - 1000}}}"));
            case 5: // the same field again, and values of other types
                var value = _tokens[random.NextInt32(_tokens.Length)];
                return Encoding.UTF8.GetBytes($"{{\"amount\": 1, \"amount\": {value}, \"colour\": {value}}}");
            default: // many rows, of which one is wrong
                var rows = 1 + random.NextInt32(300);
                return Encoding.UTF8.GetBytes(
                    $"[{string.Join(',', Enumerable.Repeat("{\"amount\": 1}", rows))}, {{\"amount\": \"{rows}\"}}]");
        }
    }
}
