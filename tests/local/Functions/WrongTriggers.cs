using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Tests.Functions;

/// <summary>Declarations with a fault in a route, queue, schedule or path, each with one.</summary>
public static class WrongTriggers
{
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

    public static class UserLevel
    {
        [Function("F")]
        public static void Run([HttpTrigger(AuthorizationLevel.User)] HttpRequest request)
        {
        }
    }

    public static class BadQueue
    {
        [Function("F")]
        public static void Run([QueueTrigger("Retrain")] string message)
        {
        }
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
}
