using System.Globalization;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using Serverless.Azure;
using Serverless.Core.Composition;
using Serverless.Core.Telemetry;
using Serverless.MlNet;
using Serverless.Sql;
using Serverless.Web;
using Serverless.Web.Http;

// A build with cultures, which SQL Server's client asks for, writes numbers and dates as one without.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware(async (context, next) =>
{
    if (context.GetHttpContext() is { } http
        && QueryRules.Refuse(context.FunctionDefinition.Name, http.Request) is { } refusal)
    {
        context.GetInvocationResult().Value = refusal;
        return;
    }

    await next();
});

// Drops four log records per request, and as many per call of the store. Each would be forwarded to the host, which
// logs both itself.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Azure.Core", LogLevel.Warning);
// Only the host sends requests here, and it has its own limit of a body.
builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);

// Read now, so that an invalid setting fails the start, not the first function that needs the store.
var storage = AzureStoreSettings.Read(builder.Configuration);
builder.Services.AddServerless(provider =>
    new AzureBlobStore(storage.CreateClient(), provider.GetRequiredService<TimeProvider>())).AddServerlessWeb();
builder.Services.AddMlNetTrainers();
builder.Services.AddSqlSources();
builder.Services.AddServerlessSettings();

var telemetry = builder.Services.AddOpenTelemetry()
    .UseFunctionsWorkerDefaults()
    .WithTracing(tracing => tracing.AddSource(SourceNames.All))
    .WithMetrics(metrics => metrics.AddMeter(SourceNames.All));
if (builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 } connection)
{
    telemetry.UseAzureMonitorExporter(options =>
    {
        options.ConnectionString = connection;
        // The app's identity, named by AZURE_CLIENT_ID: the account accepts no key.
        options.Credential = new DefaultAzureCredential();
        // Traces are sampled under load. Log records must not be dropped with their traces: alert rules query them.
        options.EnableTraceBasedLogsSampler = false;
    });
}
else if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
{
    telemetry.UseOtlpExporter();
}

await builder.Build().RunAsync();
