using System.Net;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Tests.Http;

public sealed class AccessTests : IDisposable
{
    private const string Key = "a-key-of-some-length";
    private const string NoPrefix = """{"extensions": {"http": {"routePrefix": ""}}}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task On_loopback_no_key_is_needed()
    {
        await using var host = await StartAsync(s => s);
        Assert.Equal("GET", await host.Client.GetStringAsync("/keyed"));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/admin/host/status")).StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("too-short")]
    public void Any_other_address_is_refused_without_a_good_key(string? key)
    {
        var refused = Assert.Throws<HostStartException>(
            () => TestHost.Build(_folder, [], with: s => s with { Bind = IPAddress.Any, Key = key }));
        Assert.Contains("key", refused.Message);
    }

    [Fact]
    public async Task With_a_key_functions_and_admin_routes_need_it_in_the_header_or_the_query()
    {
        // Reached over loopback, but bound to all addresses, where any Host header will do.
        await using var host = await StartAsync(s => s with { Bind = IPAddress.Any, Key = Key });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.Host.Address.Port}") };

        Assert.Equal(HttpStatusCode.OK, await Get("/open", key: null));
        Assert.Equal(HttpStatusCode.OK, await Get("/keyed", Key));
        Assert.Equal(HttpStatusCode.OK, await Get($"/keyed?code={Key}", key: null));
        Assert.Equal(HttpStatusCode.OK, await Get("/admin/host/status", Key));
        await Problem.ReadAsync(await client.GetAsync("/keyed"), HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/keyed", Key + "x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/keyed", Key[..^1]));
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/keyed?code=", key: null));
        await Problem.ReadAsync(await client.GetAsync("/admin/host/status"), HttpStatusCode.Unauthorized);
        await Problem.ReadAsync(
            await client.PostAsync("/admin/functions/Open", content: null), HttpStatusCode.Unauthorized);

        async Task<HttpStatusCode> Get(string path, string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (key is not null) request.Headers.Add("x-functions-key", key);
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:1234", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:7071", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost.example", HttpStatusCode.BadRequest)]
    [InlineData("127.0.0.1.example:7071", HttpStatusCode.BadRequest)]
    public async Task On_loopback_only_a_loopback_name_is_answered(string name, HttpStatusCode expected)
    {
        await using var host = await StartAsync(s => s);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open");
        request.Headers.Host = name;
        using var answer = await host.Client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_request_from_a_page_of_another_site_is_refused_and_one_from_our_own_is_not()
    {
        await using var host = await StartAsync(s => s);
        var own = host.Host.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.OK, await PostFrom(own));
        Assert.Equal(HttpStatusCode.Forbidden, await PostFrom("http://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostFrom("null"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostFrom(own.Replace("http:", "https:")));
        Assert.Equal(HttpStatusCode.Forbidden, await PostFrom(own + ".evil.example"));
        Assert.Single(host.Probe.Calls);

        async Task<HttpStatusCode> PostFrom(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/open");
            request.Headers.Add("Origin", origin);
            using var answer = await host.Client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    private Task<TestHost> StartAsync(Func<HostSettings, HostSettings> with) =>
        TestHost.StartAsync(_folder, [typeof(HttpFunctions)], hostJson: NoPrefix, with: with);
}
