using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Serverless.Core.Telemetry;
using Serverless.Local.Hosting.Functions;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting.Telemetry;

/// <summary>Exports the traces, metrics and logs of this host, if switched on.</summary>
internal static class HostTelemetry
{
    /// <summary>OpenTelemetry's setting for the address of the receiver.</summary>
    public const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // On Azure the Functions host creates these spans. ASP.NET Core creates those of HTTP functions.
    private static readonly ActivitySource _source = new("Serverless.Local");

    /// <exception cref="HostStartException">The endpoint is not an http or https address.</exception>
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

    /// <summary>Starts the span of one run for a blob, message or timer.</summary>
    /// <param name="parent">W3C traceparent of the sender; null starts a new trace.</param>
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

    /// <summary>W3C traceparent to store in a message; null without a recorded span.</summary>
    public static string? CurrentParent => Activity.Current is { Recorded: true } span ? span.Id : null;

    public static void Fail(this Activity span, Exception e) =>
        span.SetTag(AttributeNames.ErrorType, e.GetType().FullName).SetStatus(ActivityStatusCode.Error);

    // A method of its own, so that a host without export does not load OpenTelemetry's assemblies.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddOtlp(IServiceCollection services)
    {
        // ASP.NET Core 10 leaves out the attributes of its request spans by default.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        services.AddSingleton<ILoggerProvider, OtlpExport>();
    }
}
