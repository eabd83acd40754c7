using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Serverless.Local.Hosting.Functions;

namespace Serverless.Local.Tests.Functions;

public sealed class FunctionIndexTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly IConfiguration Configuration = new ConfigurationBuilder()
        .AddInMemoryCollection([new("Nightly", "0 0 3 * * *")])
        .Build();

    [Fact]
    public void Triggers_are_read_with_what_they_say()
    {
        var index = FunctionIndex.Read([typeof(Good)], "api", Configuration);
        Assert.Equal(
            [
                "Http: http GET,PUT /api/models/{model}", "Named: http ANY /api/Named",
                "OnBlob: blob in/{model}/{file}.csv",
                "OnMessage: queue retrain", "OnTime: timer 0 0 3 * * *",
            ],
            index.Functions.Select(f => $"{f.Name}: {f.Trigger.Description}"));
        Assert.Equal(AuthorizationLevel.Function, ((HttpTrigger)index.Find("Named")!.Trigger).Level);
        Assert.Equal("Http", index.Find("hTTp")!.Name);
        Assert.Null(index.Find("Other"));
    }

    [Fact]
    public void The_app_names_every_class_with_functions_or_outputs_to_the_host()
    {
        var marked = typeof(FunctionTypes).Assembly.GetTypes().Where(type =>
            type.GetMethods(All).Any(m => m.IsDefined(typeof(FunctionAttribute), inherit: false))
            || type.GetProperties(All).Any(p =>
                p.IsDefined(typeof(HttpResultAttribute), inherit: false)
                    || p.IsDefined(typeof(QueueOutputAttribute), inherit: false)));
        Assert.Equal(marked.Select(t => t.Name).Order(), FunctionTypes.All.Select(t => t.Type.Name).Order());
    }

    [Fact]
    public void The_apps_messages_are_written_and_read_by_generated_code()
    {
        var index = FunctionIndex.Read(
            FunctionTypes.All, "", new ConfigurationBuilder().AddInMemoryCollection(LocalSettings.Read()).Build());
        var types = index.Functions.Select(f => f.Trigger).OfType<QueueTrigger>().Select(t => t.MessageType).ToList();
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.NotNull(MessageJson.Default.GetTypeInfo(type)));
    }

    [Fact]
    public void Routes_that_differ_in_method_or_constraint_live_together() =>
        Assert.Equal(3, FunctionIndex.Read([typeof(DifferentRoutes)], "api", Configuration).Functions.Count);

    public sealed class Good
    {
        [Function("Http")]
        public IResult Http(
            [HttpTrigger(AuthorizationLevel.Admin, "get", "PUT", Route = "/models/{model}")] HttpRequest request,
            string MODEL) =>
            Results.Text(MODEL + request.Path);

        [Function("Named")]
        public static Task Named([HttpTrigger] HttpRequest request) => request.HttpContext.Response.WriteAsync("");

        [Function("OnBlob")]
        [QueueOutput("retrain")]
        public Task<string[]> OnBlob(
            [BlobTrigger("in/{model}/{file}.csv", Connection = "Store")] Stream blob, string file) =>
            Task.FromResult<string[]>([file, blob.ToString()!]);

        [Function("OnMessage")]
        public void OnMessage([QueueTrigger("retrain", Connection = "Store")] byte[] message, CancellationToken stop) =>
            stop.ThrowIfCancellationRequested();

        [Function("OnTime")]
        public static void OnTime([TimerTrigger("%Nightly%", RunOnStartup = false, UseMonitor = true)] TimerInfo timer)
        {
        }
    }

    public static class DifferentRoutes
    {
        [Function("A")]
        public static void One([HttpTrigger("post", Route = "m/{a}")] HttpRequest request)
        {
        }

        [Function("B")]
        public static void Two([HttpTrigger("get", Route = "m/{b}")] HttpRequest request)
        {
        }

        [Function("C")]
        public static void Three([HttpTrigger("get", Route = "m/{c:int}")] HttpRequest request)
        {
        }
    }
}
