using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Serverless.Learning.Numerics;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>The Open Inference Protocol over real HTTP, of a real model.</summary>
public sealed class OpenInferenceTests
{
    private const string Request =
        """
        {"id": "42", "inputs": [
          {"name": "date", "shape": [1], "datatype": "BYTES", "data": ["2015-07-01"]},
          {"name": "temp_max", "shape": [1, 1], "datatype": "FP32", "data": [[32.2]]}]}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_of_the_protocol_finds_its_way_and_hostile_ones_harm_nobody()
    {
        using var store = new TestStore();
        await using var host = await HostProcess.StartAsync(store.Root, "--empty");
        await host.GetAsync("/v2");
        Assert.True((await host.GetAsync("/v2/health/live")).GetProperty("live").GetBoolean());
        Assert.True((await host.GetAsync("/v2/health/ready")).GetProperty("ready").GetBoolean());
        await RefuseAsync(host, HttpMethod.Get, "/v2/models/weather/ready", "", HttpStatusCode.NotFound);

        store.Write(
            "models/weather/model.json",
            """{"label": "weather", "task": "multiclass", "training": {"trials": 1, "trainers": ["linear"]}}""");
        await RefuseAsync(host, HttpMethod.Get, "/v2/models/weather", "", HttpStatusCode.ServiceUnavailable);
        using (var notReady = await host.Http.GetAsync("/v2/models/weather/ready", Cancellation)) Assert.Equal(
            HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        store.Drop(TestStore.Sample("weather", "seattle.csv"), "datasets/weather/seattle.csv");
        await host.UntilAsync("a champion", async () =>
        {
            using var response = await host.Http.GetAsync("/v2/models/weather/ready", Cancellation);
            return response.IsSuccessStatusCode ? "yes" : null;
        });

        var metadata = await host.GetAsync("/v2/models/weather/versions/1");
        Assert.Equal(
            ["date", "precipitation", "temp_max", "temp_min", "wind"],
            metadata.GetProperty("inputs").EnumerateArray().Select(i => i.GetProperty("name").GetString()));
        foreach (var path in (string[])["/v2/models/weather/infer", "/v2/models/weather/versions/1/infer"])
        {
            var answer = await host.SendAsync(HttpMethod.Post, path, Request);
            Assert.Equal(
                ("42", "1"), (answer.GetProperty("id").GetString(), answer.GetProperty("model_version").GetString()));
            var same = await host.PredictAsync("weather", """{"date": "2015-07-01", "temp_max": 32.2}""");
            Assert.Equal(
                same.GetProperty("predictions")[0].GetProperty("label").GetString(),
                answer.GetProperty("outputs")[0].GetProperty("data")[0].GetString());
        }

        await CompressAsync(host);
        await RefuseAsync(
            host, HttpMethod.Post, "/v2/models/weather/versions/2/infer", Request, HttpStatusCode.NotFound);
        await RefuseAsync(
            host, HttpMethod.Post, "/v2/models/weather/versions/one/infer", Request, HttpStatusCode.NotFound);
        await RefuseAsync(host, HttpMethod.Post, "/v2/models/nobody/infer", Request, HttpStatusCode.NotFound);
        await RefuseAsync(host, HttpMethod.Post, "/v2/models/..%2f/infer", Request, HttpStatusCode.NotFound);
        await RefuseAsync(
            host,
            HttpMethod.Post,
            "/v2/models/weather/infer",
            new string(' ', 5 << 20),
            HttpStatusCode.RequestEntityTooLarge);
        await MangleAsync(host);
        Assert.Equal(
            "42",
            (await host.SendAsync(HttpMethod.Post, "/v2/models/weather/infer", Request)).GetProperty("id").GetString());

        var api = await host.GetAsync("/openapi/v1.json");
        var example = api.GetProperty("paths").GetProperty("/v2/models/weather/infer").GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");
        await host.SendAsync(HttpMethod.Post, "/v2/models/weather/infer", example.GetRawText());
        Assert.Equal(0, await host.StopAsync());
    }

    private static async Task CompressAsync(HostProcess host)
    {
        const int rows = 2000;
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            inputs = new[] { new { name = "wind", shape = new[] { rows }, datatype = "FP64", data = Enumerable
                .Range(0, rows).Select(i => i / 100.0) } },
        });
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(
            packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(body, Cancellation);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/v2/models/weather/infer")
        { Content = new ByteArrayContent(packed.ToArray()) };
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var response = await host.Http.SendAsync(request, Cancellation);
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        await using var unpacked = new GZipStream(
            await response.Content.ReadAsStreamAsync(Cancellation), CompressionMode.Decompress);
        var answer = await JsonDocument.ParseAsync(unpacked, cancellationToken: Cancellation);
        Assert.Equal(rows, answer.RootElement.GetProperty("outputs")[0].GetProperty("data").GetArrayLength());
    }

    private static async Task MangleAsync(HostProcess host)
    {
        var (random, good) = (new SplitMix64(11), Encoding.UTF8.GetBytes(Request));
        for (var i = 0; i < 500; i++)
        {
            var body = good.ToArray();
            for (var edits = 0; edits < 3; edits++) body[random.NextInt32(body.Length)] = (byte)random.NextInt32(256);
            var length = random.NextInt32(3) == 0 ? random.NextInt32(body.Length) : body.Length;
            using var response = await host.Http.PostAsync(
                "/v2/models/weather/infer", new ByteArrayContent(body, 0, length), Cancellation);
            var text = await response.Content.ReadAsStringAsync(Cancellation);
            if (response.StatusCode == HttpStatusCode.OK) continue;
            Assert.True(
                response.StatusCode == HttpStatusCode.BadRequest,
                $"{Encoding.Latin1.GetString(body)}\n→ {response.StatusCode} {text}");
            Assert.NotEmpty(JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!);
        }
    }

    private static async Task RefuseAsync(
        HostProcess host, HttpMethod method, string path, string body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body) };
        using var response = await host.Http.SendAsync(request, Cancellation);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
        Assert.Equal("error", Assert.Single(error.EnumerateObject().ToList()).Name);
    }
}
