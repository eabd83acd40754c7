using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using NCrontab;
using Serverless.Local.Hosting.Blobs;

namespace Serverless.Local.Hosting.Functions;

/// <summary>Reads and validates a trigger attribute.</summary>
internal sealed class TriggerReader(string routePrefix, IConfiguration configuration)
{
    private static readonly Type[] Attributes =
    [
        typeof(HttpTriggerAttribute), typeof(BlobTriggerAttribute), typeof(QueueTriggerAttribute),
        typeof(TimerTriggerAttribute),
    ];

    public static bool IsTrigger(ParameterInfo parameter) =>
        Attributes.Any(a => parameter.IsDefined(a, inherit: false));

    /// <summary>3 to 63 lower-case letters, digits and single hyphens between them.</summary>
    public static bool IsQueueName(string? name)
    {
        if (name is not { Length: >= 3 and <= 63 }) return false;
        // No regular expressions before the first request: loading them takes as long as reading all functions.
        for (var i = 0; i < name.Length; i++)
        {
            var isInner = i > 0 && i < name.Length - 1;
            if (char.IsAsciiLetterLower(name[i]) || char.IsAsciiDigit(name[i])) continue;
            if (name[i] != '-' || !isInner || name[i - 1] == '-') return false;
        }

        return true;
    }

    public Trigger Read(MethodInfo method, string function, ParameterInfo parameter)
    {
        var attribute = parameter.GetCustomAttributes().First(a => Attributes.Contains(a.GetType()));
        return attribute switch
        {
            HttpTriggerAttribute http => Http(method, function, parameter, http),
            BlobTriggerAttribute blob => Blob(method, parameter, blob),
            QueueTriggerAttribute queue => Queue(method, parameter, queue),
            TimerTriggerAttribute timer => Timer(method, parameter, timer),
            _ => throw new System.Diagnostics.UnreachableException(attribute.GetType().Name),
        };
    }

    private HttpTrigger Http(MethodInfo method, string function, ParameterInfo parameter, HttpTriggerAttribute http)
    {
        RequireType(method, parameter, typeof(HttpRequest));
        if (http.AuthLevel is not (
            AuthorizationLevel.Anonymous or AuthorizationLevel.Function or AuthorizationLevel.Admin))
        {
            throw FunctionIndex.Wrong(
                method, $"the level {http.AuthLevel} is not supported; use Anonymous, Function or Admin");
        }

        var own = string.IsNullOrEmpty(http.Route) ? function : http.Route.Trim('/');
        var template = $"{routePrefix}/{own}".Trim('/');
        var first = template.Split('/')[0];
        if (first.Equals("admin", StringComparison.OrdinalIgnoreCase)
            || first.Equals("runtime", StringComparison.OrdinalIgnoreCase))
        {
            throw FunctionIndex.Wrong(method, $"the route '{template}' begins with '{first}', which is reserved");
        }

        try
        {
            return new HttpTrigger(
                RoutePatternFactory.Parse(template),
                [.. (http.Methods ?? []).Select(m => m.ToUpperInvariant()).Distinct()],
                http.AuthLevel);
        }
        catch (RoutePatternException e)
        {
            throw FunctionIndex.Wrong(method, $"the route '{template}' is invalid: {e.Message.TrimEnd('.')}");
        }
    }

    private static BlobTrigger Blob(MethodInfo method, ParameterInfo parameter, BlobTriggerAttribute blob)
    {
        RequireType(method, parameter, typeof(Stream));
        return BlobPattern.TryParse(blob.BlobPath, out var pattern) is { } problem
            ? throw FunctionIndex.Wrong(method, $"the blob path '{blob.BlobPath}' {problem}")
            : new BlobTrigger(pattern!);
    }

    private static QueueTrigger Queue(MethodInfo method, ParameterInfo parameter, QueueTriggerAttribute queue)
    {
        RequireQueueName(method, queue.QueueName);
        return new QueueTrigger(queue.QueueName, parameter.ParameterType);
    }

    private TimerTrigger Timer(MethodInfo method, ParameterInfo parameter, TimerTriggerAttribute timer)
    {
        RequireType(method, parameter, typeof(TimerInfo));
        var expression = Resolve(method, timer.Schedule ?? "");
        var schedule = CrontabSchedule.TryParse(
            expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        return schedule is null
            ? throw FunctionIndex.Wrong(
                method,
                $"the schedule '{expression}' is not NCRONTAB with six fields (second minute hour day month weekday)")
            : new TimerTrigger(expression, schedule, timer.RunOnStartup, timer.UseMonitor);
    }

    /// <summary>Replaces each <c>%Name%</c> in the schedule by the value of that setting.</summary>
    private string Resolve(MethodInfo method, string schedule)
    {
        var resolved = schedule;
        for (var start = 0; resolved.IndexOf('%', start) is var open and >= 0;)
        {
            var close = resolved.IndexOf('%', open + 1);
            if (close < 0) break;
            var setting = resolved[(open + 1)..close];
            var value = configuration[setting] is { Length: > 0 } found
                ? found
                : throw FunctionIndex.Wrong(method, $"the setting '{setting}' of the schedule '{schedule}' is not set");
            (resolved, start) = ($"{resolved[..open]}{value}{resolved[(close + 1)..]}", open + value.Length);
        }

        return resolved;
    }

    internal static void RequireQueueName(MethodInfo method, string? name)
    {
        if (!IsQueueName(name))
        {
            throw FunctionIndex.Wrong(
                method, $"the queue name '{name}' must be 3 to 63 lower-case letters, digits and single hyphens");
        }
    }

    private static void RequireType(MethodInfo method, ParameterInfo parameter, Type expected)
    {
        if (parameter.ParameterType != expected)
        {
            throw FunctionIndex.Wrong(
                method,
                $"parameter '{parameter.Name}' is {parameter.ParameterType.Name}; its trigger gives {expected.Name}");
        }
    }
}
