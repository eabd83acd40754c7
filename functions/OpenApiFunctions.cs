using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Web.Http;
using Serverless.Web.OpenApi;

namespace Serverless.Functions;

/// <summary>Serves the OpenAPI document of the HTTP functions.</summary>
public sealed class OpenApiFunctions(OpenApiService api)
{
    [Function("openapi")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "openapi/v1.json")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var model = request.Query["model"].ToString();
        return await api.WriteAsync(model.Length == 0 ? null : model, cancellationToken) is { } document
            ? HttpAnswers.Bytes(document)
            : HttpAnswers.UnknownModel(model);
    }
}
