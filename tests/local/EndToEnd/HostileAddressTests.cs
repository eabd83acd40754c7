using System.Net.Http.Headers;
using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Requests to models, versions and functions that do not exist.</summary>
public sealed class HostileAddressTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Addresses_that_lead_nowhere_are_not_found()
    {
        using var store = new TestStore();
        await using var host = await HostileRequestTests.StartAsync(store);
        string[] models =
        [
            "unknown", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "a%2fb", "%00", "%ff", "A", "-", "con", "a b",
            "{model}", "%F0%9F%92%A9",
            new string('a', 5000), "shop%20", "shop.", "*", "'", "\"", "%5C..%5C", ";", "shop%3Fx",
        ];
        foreach (var model in models)
        {
            foreach (var (method, rest) in ((HttpMethod, string)[])[
                (HttpMethod.Get, ""), (HttpMethod.Get, "/versions/1"), (HttpMethod.Get, "/versions/1/report"),
                (HttpMethod.Get, "/versions/1/onnx"),
                (HttpMethod.Get, "/drift"),
                (HttpMethod.Post, "/predict"), (HttpMethod.Post, "/feedback"), (HttpMethod.Post, "/retrain"),
                (HttpMethod.Post, "/versions/1/rebuild"), (HttpMethod.Put, "/aliases/champion")])
            {
                await RequireProblemAsync(host, method, $"/api/models/{model}{rest}", "{}"u8.ToArray());
            }
        }

        foreach (var version in (string[])["0", "-1", "2", "99999999999999999999", "1.0", "x", "%00", "1e3", "+1"])
        {
            await RequireProblemAsync(host, HttpMethod.Get, $"/api/models/shop/versions/{version}", []);
            await RequireProblemAsync(host, HttpMethod.Get, $"/api/models/shop/versions/{version}/report", []);
            await RequireProblemAsync(host, HttpMethod.Get, $"/api/models/shop/versions/{version}/onnx", []);
            await RequireProblemAsync(host, HttpMethod.Post, $"/api/models/shop/versions/{version}/rebuild", []);
        }

        await RequireProblemAsync(
            host, HttpMethod.Put, "/api/models/shop/aliases/previous", """{"version": 1}"""u8.ToArray());
        await RequireProblemAsync(host, HttpMethod.Post, "/admin/functions/nothing", "{}"u8.ToArray());
        foreach (var input in (string[])
        [
            "",
            "datasets",
            "datasets/shop/../x.csv",
            "/etc/passwd",
            "datasets/shop/none.csv",
            "\0",
            new string('x', 5000)
        ])
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { input });
            await RequireProblemAsync(host, HttpMethod.Post, "/admin/functions/ingest", body, "application/json");
        }

        await host.PredictAsync("shop", HostileBodies.GoodRow);
    }

    private static async Task RequireProblemAsync(
        HostProcess host, HttpMethod method, string path, byte[] body, string? type = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        if (type is not null) request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var response = await host.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var what = $"{method} {path[..Math.Min(200, path.Length)]}: {(int)response.StatusCode} {text}\n{host.Output}";
        Assert.True((int)response.StatusCode is >= 400 and < 500, what);
    }
}
