using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Composition;
using Serverless.Web.Dashboard;
using Serverless.Web.OpenApi;
using Serverless.Web.OpenInference;

namespace Serverless.Web;

/// <summary>The composition root of this library.</summary>
public static class WebServices
{
    /// <summary>
    /// Adds the dashboard, the OpenAPI document and the Open Inference Protocol to what
    /// <see cref="CoreServices.AddServerless"/> adds.
    /// </summary>
    public static IServiceCollection AddServerlessWeb(this IServiceCollection services)
    {
        services.AddSingleton<OpenApiService>();
        services.AddSingleton<OpenInferenceService>();
        services.AddSingleton<DashboardService>();
        return services;
    }
}
