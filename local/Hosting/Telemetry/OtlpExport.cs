using System.Reflection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serverless.Core.Telemetry;

namespace Serverless.Local.Hosting;

/// <summary>
/// Sends traces, metrics and logs over OTLP to where the OTEL_ settings say, with what ASP.NET Core measures.
/// </summary>
/// <remarks>A provider of loggers, so that it is there before the first log message and sends the last one.</remarks>
internal sealed class OtlpExport : ILoggerProvider
{
    private readonly OpenTelemetrySdk _sdk;

    public OtlpExport(IConfiguration configuration) => _sdk = OpenTelemetrySdk.Create(telemetry =>
    {
        // The settings may stand in local.settings.json, like those of the app.
        telemetry.Services.AddSingleton(configuration);
        var version = typeof(OtlpExport).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        telemetry
            .ConfigureResource(
                resource => resource.AddService("serverless", serviceVersion: version).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(SourceNames.All, "Microsoft.AspNetCore"))
            .WithMetrics(metrics => metrics.AddMeter(
                SourceNames.All,
                "Microsoft.AspNetCore.Hosting",
                "Microsoft.AspNetCore.Server.Kestrel",
                "System.Runtime"))
            .WithLogging(configureBuilder: null, logs => logs.IncludeFormattedMessage = true)
            .UseOtlpExporter();
    });

    public ILogger CreateLogger(string categoryName) => _sdk.GetLoggerFactory().CreateLogger(categoryName);

    public void Dispose() => _sdk.Dispose();
}
