using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Tests.Functions;

/// <summary>Declarations with a fault in a class, method, name or parameter, each with one.</summary>
public static class WrongMethods
{
    public sealed class NoFunction;

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

    public sealed class OpenGeneric<T>
    {
        [Function("F")]
        public void Run([QueueTrigger("jobs")] T message)
        {
        }
    }
}
