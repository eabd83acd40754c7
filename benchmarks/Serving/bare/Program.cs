using System.Text.Json;
using System.Text.Json.Serialization;
using BareEndpoint;

// The cost of the web server itself: the smallest program that parses a row of 28 numbers and answers a constant.
// Optimized as far as possible: without logging and parameter binding, with generated code that parses from the pipe.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
byte[] constant =
[
    .. "{\"model\":\"bare\",\"version\":1,\"predictions\":["u8,
    .. "{\"id\":\"0\",\"label\":\"yes\",\"probabilities\":{\"no\":0.25,\"yes\":0.75}}]}"u8,
];

RequestDelegate predict = async context =>
{
    var row = await JsonSerializer.DeserializeAsync(
        context.Request.BodyReader, RowJson.Default.Row, context.RequestAborted);
    context.Response.StatusCode = row is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
    context.Response.ContentType = "application/json";
    context.Response.ContentLength = constant.Length;
    await context.Response.BodyWriter.WriteAsync(constant, context.RequestAborted);
};
app.MapPost("/predict", predict);

await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.First()}");
await app.WaitForShutdownAsync();
