using System.Reflection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serverless.Core.Telemetry;

namespace Serverless.Local.Hosting.Telemetry;

/// <summary>
/// Exports traces, metrics and logs over OTLP, including those of ASP.NET Core, as the OTEL_ settings say.
/// </summary>
/// <remarks>A logger provider, so that it exists before the first log message and exports the last.</remarks>
internal sealed class OtlpExport : ILoggerProvider
{
    private readonly OpenTelemetrySdk _sdk;

    public OtlpExport(IConfiguration configuration) => _sdk = OpenTelemetrySdk.Create(telemetry =>
    {
        // Includes settings from local.settings.json.
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
