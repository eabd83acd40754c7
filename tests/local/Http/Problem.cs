using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Serverless.Local.Tests.Http;

public static class Problem
{
    /// <summary>The problem details of an answer, which must be of the status, and such details.</summary>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem;
    }
}
