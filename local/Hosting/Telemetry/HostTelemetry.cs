using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Serverless.Core.Telemetry;

namespace Serverless.Local.Hosting;

/// <summary>Who hears the traces, metrics and logs of this host: nobody, unless it is switched on.</summary>
internal static class HostTelemetry
{
    /// <summary>OpenTelemetry's own setting, as are the others that begin with OTEL_.</summary>
    public const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Azure Functions makes such a span itself; ASP.NET Core makes that of an HTTP function.
    private static readonly ActivitySource _source = new("Serverless.Local");

    /// <exception cref="HostStartException">The endpoint is no address.</exception>
    public static void AddTelemetry(
        this IServiceCollection services, HostSettings settings, IConfiguration configuration)
    {
        if (settings.Telemetry)
        {
            services.AddSingleton<SpanConsole>().AddSingleton<MetricConsole>().AddHostedService<TelemetryConsole>();
        }

        if (configuration[OtlpEndpoint] is not { Length: > 0 } endpoint) return;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new HostStartException($"{OtlpEndpoint}: expected an http or https address, found '{endpoint}'.");
        }

        AddOtlp(services);
    }

    /// <summary>The span of one run of a function that a blob, a message or a timer triggered.</summary>
    /// <param name="parent">Of the one who sent the message, as a W3C traceparent; null begins a trace.</param>
    public static Activity? StartFunction(FunctionDescriptor function, string? parent)
    {
        var span = _source.StartActivity(function.Name, ActivityKind.Consumer, parent);
        return span?.SetTag("faas.name", function.Name).SetTag("faas.trigger", function.Trigger switch
        {
            BlobTrigger => "datasource",
            QueueTrigger => "pubsub",
            TimerTrigger => "timer",
            _ => "other",
        });
    }

    /// <summary>What a message carries on, where anybody listens.</summary>
    public static string? CurrentParent => Activity.Current is { Recorded: true } span ? span.Id : null;

    public static void Fail(this Activity span, Exception e) =>
        span.SetTag(AttributeNames.ErrorType, e.GetType().FullName).SetStatus(ActivityStatusCode.Error);

    // By itself, so that a host which sends nothing does not load OpenTelemetry's assemblies.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddOtlp(IServiceCollection services)
    {
        // ASP.NET Core 10 leaves the attributes of its request spans out unless told otherwise.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        services.AddSingleton<ILoggerProvider, OtlpExport>();
    }
}
