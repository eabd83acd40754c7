using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Tests.Functions;

/// <summary>Declarations with a fault in the return value or its queue, each with one.</summary>
public static class WrongReturns
{
    public static class ReturnsText
    {
        [Function("F")]
        public static Task<string> Run([HttpTrigger] HttpRequest request) => Task.FromResult("");
    }

    public static class ReturnsForNobody
    {
        [Function("F")]
        public static string Run([QueueTrigger("jobs")] string message) => message;
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

    public static class ValueTasks
    {
        [Function("F")]
        public static ValueTask Run([QueueTrigger("jobs")] string message) => default;
    }

    public static class AsyncVoid
    {
        [Function("F")]
        public static async void Run([QueueTrigger("jobs")] string message) => await Task.Yield();
    }

    public static class BadOutputQueue
    {
        [Function("F")]
        [QueueOutput("a--b")]
        public static string Run([TimerTrigger("* * * * * *")] TimerInfo timer) => "";
    }
}
