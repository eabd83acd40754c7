using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Local.Hosting;

internal static class SingletonServices
{
    /// <summary>Whether a service is registered, and lives as long as the host.</summary>
    public static bool IsSingleton(this IServiceCollection services, Type type)
    {
        var generic = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : null;
        // The last one is what a constructor gets, and one for the very type goes before the generic one.
        var found = services.LastOrDefault(s => s.ServiceType == type && !s.IsKeyedService)
            ?? services.LastOrDefault(s => s.ServiceType == generic && !s.IsKeyedService);
        return found is { Lifetime: ServiceLifetime.Singleton };
    }
}
