using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests;

/// <summary>Requests to the functions of a worker, each with the status that it is expected to give.</summary>
internal sealed class WorkerClient(WorkerHost host)
{
    public async Task<string> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, expected);
    }

    public async Task<JsonElement> SendAsync(
        HttpMethod method, string path, string json, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        return JsonDocument.Parse(await SendAsync(request, expected)).RootElement;
    }

    public Task<JsonElement> PredictAsync(string model, string row) =>
        SendAsync(HttpMethod.Post, $"/api/models/{model}/predict", row);

    private async Task<string> SendAsync(HttpRequestMessage request, HttpStatusCode expected)
    {
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(
            response.StatusCode == expected,
            $"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {text}\n{host.Diagnostics}");
        return text;
    }
}
