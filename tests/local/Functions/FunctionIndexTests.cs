using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Serverless.Local.Hosting;

namespace Serverless.Local.Tests.Functions;

public sealed class FunctionIndexTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly IConfiguration Configuration = new ConfigurationBuilder()
        .AddInMemoryCollection([new("Nightly", "0 0 3 * * *"), new("Broken", "every day")])
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

    [Theory]
    [InlineData(typeof(NoFunction), "NoFunction has no method with [Function]")]
    [InlineData(typeof(NoTrigger), "NoTrigger.Run: exactly one parameter must have a trigger attribute, found 0")]
    [InlineData(typeof(TwoTriggers), "found 2")]
    [InlineData(typeof(BadName), "the name 'no name' must be")]
    [InlineData(typeof(SameName), "the name 'TWICE' is taken by SameName.One")]
    [InlineData(typeof(NotPublic), "must be public")]
    [InlineData(typeof(TwoConstructors), "TwoConstructors.Run: the class has 2 public constructors; expected one")]
    [InlineData(typeof(AsyncVoid), "async void")]
    [InlineData(typeof(ValueTasks), "ValueTask")]
    [InlineData(typeof(WrongRequest), "parameter 'request' is String; its trigger gives HttpRequest")]
    [InlineData(typeof(NotInRoute), "parameter 'version' is no part of 'http GET /api/models/{model}' (it has model)")]
    [InlineData(typeof(NotInPath), "parameter 'name' is no part of 'blob in/{file}' (it has file)")]
    [InlineData(typeof(OddParameter), "parameter 'model' is Guid; expected string, int, long or CancellationToken")]
    [InlineData(typeof(BadRoute), "is no route template")]
    [InlineData(typeof(AdminRoute), "begins with 'Admin'", "")]
    [InlineData(typeof(RuntimeRoute), "begins with 'runtime', which is the host's own", "")]
    [InlineData(typeof(SameBinding), "the bindings 'message' and 'Message' have one name, ignoring case")]
    [InlineData(typeof(OddBinding), "the binding name 'the_blob' must be a letter, then letters and digits")]
    [InlineData(typeof(SameRoute), "'http GET,POST /api/m/{b}' is answered by 'A' already ('http POST /api/m/{a}')")]
    [InlineData(typeof(UserLevel), "the level User is not supported")]
    [InlineData(typeof(ReturnsText), "returns String; expected IResult")]
    [InlineData(typeof(ReturnsForNobody), "returns String, of which nothing is sent")]
    [InlineData(typeof(AnswersTheTimer), "nobody asked over HTTP")]
    [InlineData(typeof(AnswerOfWrongType), "[HttpResult] WrongAnswer.Answer must be an IResult")]
    [InlineData(typeof(QueueOverHttp), "leaves no HTTP answer")]
    [InlineData(typeof(NothingForQueue), "[QueueOutput] needs a return value")]
    [InlineData(typeof(BadQueue), "the queue name 'Retrain' must be 3 to 63")]
    [InlineData(typeof(BadOutputQueue), "the queue name 'a--b' must be 3 to 63")]
    [InlineData(typeof(SameQueue), "the queue 'jobs' is read by 'A' already")]
    [InlineData(typeof(BadSchedule), "the schedule '0 0 * * *' is not NCRONTAB with six fields")]
    [InlineData(typeof(BadScheduleSetting), "the schedule 'every day' is not NCRONTAB")]
    [InlineData(typeof(NoSetting), "the setting 'Missing' of the schedule '%Missing%' is not set")]
    [InlineData(typeof(BadBlobPath), "the blob path 'in/{a}{b}' has two tokens without anything between them")]
    [InlineData(typeof(OpenGeneric<>), "generic")]
    public void A_wrong_declaration_is_refused_with_class_method_and_reason(
        Type type, string reason, string prefix = "api")
    {
        var refused = Assert.Throws<HostStartException>(
            () => FunctionIndex.Read([type, typeof(WrongAnswer), typeof(MessageBeside)], prefix, Configuration));
        Assert.Contains(reason, refused.Message);
        Assert.Contains(type.Name, refused.Message);
    }

    [Fact]
    public void Routes_that_differ_in_method_or_constraint_live_together() =>
        Assert.Equal(3, FunctionIndex.Read([typeof(DifferentRoutes)], "api", Configuration).Functions.Count);

    // Each class below is one declaration; all but the first and DifferentRoutes are wrong in one way.
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

    public sealed class NoFunction;

    public static class ReturnsForNobody
    {
        [Function("F")]
        public static string Run([QueueTrigger("jobs")] string message) => message;
    }

    public static class NoTrigger
    {
        [Function("F")]
        public static void Run(CancellationToken stop)
        {
        }
    }

    public static class TwoTriggers
    {
        [Function("F")]
        public static void Run([TimerTrigger("* * * * * *")] TimerInfo a, [QueueTrigger("jobs")] string b)
        {
        }
    }

    public static class BadName
    {
        [Function("no name")]
        public static void Run([QueueTrigger("jobs")] string message)
        {
        }
    }

    public static class SameName
    {
        [Function("Twice")]
        public static void One([QueueTrigger("jobs")] string message)
        {
        }

        [Function("TWICE")]
        public static void Two([QueueTrigger("more-jobs")] string message)
        {
        }
    }

    public static class NotPublic
    {
        [Function("F")]
        internal static void Run([QueueTrigger("jobs")] string message)
        {
        }
    }

    public static class AsyncVoid
    {
        [Function("F")]
        public static async void Run([QueueTrigger("jobs")] string message) => await Task.Yield();
    }

    public static class ValueTasks
    {
        [Function("F")]
        public static ValueTask Run([QueueTrigger("jobs")] string message) => default;
    }

    public static class WrongRequest
    {
        [Function("F")]
        public static void Run([HttpTrigger] string request)
        {
        }
    }

    public static class NotInRoute
    {
        [Function("F")]
        public static void Run([HttpTrigger("get", Route = "models/{model}")] HttpRequest request, int version)
        {
        }
    }

    public static class NotInPath
    {
        [Function("F")]
        public static void Run([BlobTrigger("in/{file}")] Stream blob, string name)
        {
        }
    }

    public static class OddParameter
    {
        [Function("F")]
        public static void Run([HttpTrigger("get", Route = "models/{model}")] HttpRequest request, Guid model)
        {
        }
    }

    public static class BadRoute
    {
        [Function("F")]
        public static void Run([HttpTrigger("get", Route = "models/{model")] HttpRequest request)
        {
        }
    }

    public static class AdminRoute
    {
        [Function("F")]
        public static void Run([HttpTrigger("get", Route = "Admin/functions")] HttpRequest request)
        {
        }
    }

    public static class RuntimeRoute
    {
        [Function("F")]
        public static void Run([HttpTrigger("get", Route = "runtime/webhooks")] HttpRequest request)
        {
        }
    }

    public static class SameBinding
    {
        [Function("F")]
        public static MessageBeside Run([TimerTrigger("0 0 0 * * *")] TimerInfo message) => new();
    }

    public sealed class MessageBeside
    {
        [QueueOutput("jobs")]
        public string? Message { get; init; }
    }

    public static class OddBinding
    {
        [Function("F")]
        public static void Run([BlobTrigger("in/{file}")] Stream the_blob)
        {
        }
    }

    public static class SameRoute
    {
        [Function("A")]
        public static void One([HttpTrigger("post", Route = "m/{a}")] HttpRequest request)
        {
        }

        [Function("B")]
        public static void Two([HttpTrigger("get", "post", Route = "m/{b}")] HttpRequest request)
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

    public static class UserLevel
    {
        [Function("F")]
        public static void Run([HttpTrigger(AuthorizationLevel.User)] HttpRequest request)
        {
        }
    }

    public static class ReturnsText
    {
        [Function("F")]
        public static Task<string> Run([HttpTrigger] HttpRequest request) => Task.FromResult("");
    }

    public static class AnswersTheTimer
    {
        [Function("F")]
        public static IResult Run([TimerTrigger("* * * * * *")] TimerInfo timer) => Results.Ok();
    }

    public sealed class WrongAnswer
    {
        [HttpResult]
        public string? Answer { get; init; }
    }

    public static class AnswerOfWrongType
    {
        [Function("F")]
        public static WrongAnswer Run([HttpTrigger] HttpRequest request) => new();
    }

    public static class QueueOverHttp
    {
        [Function("F")]
        [QueueOutput("jobs")]
        public static string Run([HttpTrigger] HttpRequest request) => "";
    }

    public static class NothingForQueue
    {
        [Function("F")]
        [QueueOutput("jobs")]
        public static Task Run([TimerTrigger("* * * * * *")] TimerInfo timer) => Task.CompletedTask;
    }

    public static class BadQueue
    {
        [Function("F")]
        public static void Run([QueueTrigger("Retrain")] string message)
        {
        }
    }

    public static class BadOutputQueue
    {
        [Function("F")]
        [QueueOutput("a--b")]
        public static string Run([TimerTrigger("* * * * * *")] TimerInfo timer) => "";
    }

    public static class SameQueue
    {
        [Function("A")]
        public static void One([QueueTrigger("jobs")] string message)
        {
        }

        [Function("B")]
        public static void Two([QueueTrigger("jobs")] string message)
        {
        }
    }

    public static class BadSchedule
    {
        [Function("F")]
        public static void Run([TimerTrigger("0 0 * * *")] TimerInfo timer)
        {
        }
    }

    public sealed class TwoConstructors
    {
        public TwoConstructors()
        {
        }

        public TwoConstructors(TimeProvider clock) => Clock = clock;

        public TimeProvider Clock { get; } = TimeProvider.System;

        [Function("F")]
        public void Run([TimerTrigger("0 0 0 * * *")] TimerInfo timer)
        {
        }
    }

    public static class BadScheduleSetting
    {
        [Function("F")]
        public static void Run([TimerTrigger("%Broken%")] TimerInfo timer)
        {
        }
    }

    public static class NoSetting
    {
        [Function("F")]
        public static void Run([TimerTrigger("%Missing%")] TimerInfo timer)
        {
        }
    }

    public static class BadBlobPath
    {
        [Function("F")]
        public static void Run([BlobTrigger("in/{a}{b}")] Stream blob)
        {
        }
    }

    public sealed class OpenGeneric<T>
    {
        [Function("F")]
        public void Run([QueueTrigger("jobs")] T message)
        {
        }
    }
}
