using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Tests.EndToEnd;
using Serverless.Web.Http;

namespace Serverless.Local.Tests.Http;

/// <summary>Query parameters that a route does not have, over real HTTP.</summary>
public sealed class QueryRulesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/models/lines/predict?explian=true", "only explain, besides code and clientId")]
    [InlineData("POST", "/api/models/lines/datasets/a.csv?overwite=true", "only overwrite")]
    [InlineData("GET", "/api/models?sort=name", "no query parameter, besides code and clientId; found 'sort'")]
    [InlineData("GET", "/openapi/v1.json?modell=lines", "only model, besides code and clientId; found 'modell'")]
    public async Task An_unknown_parameter_is_a_400_that_names_it_and_those_allowed(
        string method, string path, string detail)
    {
        await using var host = await DashboardHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST") request.Content = new StringContent("x,y\n1,2\n", Encoding.UTF8, "text/csv");

        using var response = await host.Client.SendAsync(request, Cancel);

        var problem = await Problem.ReadAsync(response, HttpStatusCode.BadRequest);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(host.Files("datasets"));
    }

    [Theory]
    [InlineData("/api/models?code=key&clientId=default", HttpStatusCode.OK)]
    [InlineData("/?theme=dark", HttpStatusCode.OK)]
    [InlineData("/sign-in?from=/models/a", HttpStatusCode.OK)]
    [InlineData("/v2/health/live?x=1", HttpStatusCode.BadRequest)]
    public async Task Keys_are_allowed_everywhere_and_pages_allow_anything(string path, HttpStatusCode expected)
    {
        await using var host = await DashboardHost.StartAsync();

        using var response = await host.Client.GetAsync(path, Cancel);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK) return;
        // Routes of the protocol answer in its own format.
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Contains("found 'x'", error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_route_but_the_pages_has_the_parameters_that_the_document_says()
    {
        await using var host = await DashboardHost.StartAsync();
        var document = JsonDocument.Parse(await host.Client.GetStringAsync("/openapi/v1.json", Cancel)).RootElement;

        var described = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject())
            .ToDictionary(o => o.Value.GetProperty("operationId").GetString()!, o => Described(document, o.Value));

        var routes = host.Get<FunctionIndex>().Functions.Where(f => f.Trigger is HttpTrigger).Select(f => f.Name)
            .Where(name => !name.StartsWith("dashboard", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(routes, QueryRules.Allowed.Keys.Order(StringComparer.Ordinal));
        foreach (var (function, allowed) in QueryRules.Allowed)
        {
            Assert.Equal(allowed, described[function].Query);
            Assert.True(described[function].TellsBadRequests, function);
        }
    }

    private static (string[] Query, bool TellsBadRequests) Described(JsonElement document, JsonElement operation)
    {
        var parameters = operation.TryGetProperty("parameters", out var given) ? given.EnumerateArray().ToList() : [];
        var query = parameters.Select(Resolve).Where(p => p.GetProperty("in").GetString() == "query")
            .Select(p => p.GetProperty("name").GetString()!);
        var responses = operation.GetProperty("responses");
        return ([.. query], responses.TryGetProperty("400", out _) || responses.TryGetProperty("4XX", out _));

        JsonElement Resolve(JsonElement parameter) => parameter.TryGetProperty("$ref", out var reference)
            ? document.GetProperty("components").GetProperty("parameters")
                .GetProperty(reference.GetString()!.Split('/')[^1])
            : parameter;
    }
}
