using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Composition;
using Serverless.Web.Dashboard;
using Serverless.Web.OpenApi;

namespace Serverless.Web;

/// <summary>The part of the composition root that knows HTTP.</summary>
public static class WebServices
{
    /// <summary>Adds the dashboard and the OpenAPI document to what <see cref="CoreServices.AddServerless"/> adds.</summary>
    public static IServiceCollection AddServerlessWeb(this IServiceCollection services)
    {
        services.AddSingleton<OpenApiService>();
        services.AddSingleton<DashboardService>();
        return services;
    }
}
