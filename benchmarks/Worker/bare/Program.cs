using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Optimized like our app: without ASP.NET Core's log records of each request.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
await builder.Build().RunAsync();
