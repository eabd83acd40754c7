using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Local.Hosting.Functions;

internal static class SingletonServices
{
    /// <summary>Whether a service is registered as a singleton.</summary>
    public static bool IsSingleton(this IServiceCollection services, Type type)
    {
        var generic = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : null;
        // The last registration wins, and a closed type takes precedence over its open generic.
        var found = services.LastOrDefault(s => s.ServiceType == type && !s.IsKeyedService)
            ?? services.LastOrDefault(s => s.ServiceType == generic && !s.IsKeyedService);
        return found is { Lifetime: ServiceLifetime.Singleton };
    }
}
