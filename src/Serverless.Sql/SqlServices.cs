using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Sql;

/// <summary>Sources of models that are databases.</summary>
public static class SqlServices
{
    /// <summary>Needs the services of <c>AddServerless</c>, and the host's configuration.</summary>
    public static IServiceCollection AddSqlSources(this IServiceCollection services) =>
        services.AddSingleton<SourcePuller>();
}
