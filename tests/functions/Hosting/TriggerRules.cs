using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>Routes and blob paths that the official host takes, and takes as they were meant.</summary>
internal static partial class TriggerRules
{
    public static IEnumerable<string> FaultsOf(FunctionDescription function, IReadOnlyList<FunctionDescription> all) =>
        function.Trigger.Is("httpTrigger") ? RouteFaults(function, all)
        : function.Trigger.Is("blobTrigger") ? BlobFaults(function.Trigger)
        : [];

    private static readonly string[] Reserved = ["admin", "runtime"];

    /// <summary>For containers and queues.</summary>
    public static bool IsStorageName(string name) => name.Length is >= 3 and <= 63 && StorageName().IsMatch(name);

    public static string RouteOf(FunctionDescription function) =>
        (function.Trigger["route"] is { Length: > 0 } route ? route : function.Name).Trim('/');

    private static IEnumerable<string> RouteFaults(FunctionDescription function, IReadOnlyList<FunctionDescription> all)
    {
        var route = RouteOf(function);
        if (Reserved.Any(r => route.StartsWith(r, StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"route '{route}' begins as the host's own do, with {string.Join(" or ", Reserved)}. "
                + "Choose another.";
        }

        if (TemplateFault(route) is { } fault) yield return $"route '{route}' is no template: {fault}";
        foreach (var other in all.Where(f => f != function && f.Bindings.Any(b => b.Is("httpTrigger"))))
        {
            var isSame = RouteOf(other).Equals(route, StringComparison.OrdinalIgnoreCase);
            if (isSame && Meet(function.Trigger.Methods, other.Trigger.Methods))
            {
                yield return $"route '{route}' is {other.Name}'s too, for the same method. Change one of them.";
            }
        }
    }

    private static bool Meet(IReadOnlyList<string> methods, IReadOnlyList<string> others) =>
        methods.Count == 0 || others.Count == 0 || methods.Intersect(others).Any();

    private static string? TemplateFault(string route)
    {
        try
        {
            RoutePatternFactory.Parse(route);
            return null;
        }
        catch (RoutePatternException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<string> BlobFaults(Binding trigger)
    {
        var path = trigger["path"] ?? "";
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == path.Length - 1 || !IsStorageName(path[..slash]))
        {
            yield return $"blob path '{path}': expected container/blob, and a container of 3 to 63 lower-case letters, "
                + "digits and single hyphens. Rename it.";
        }

        if (!string.Equals(trigger["source"], "EventGrid", StringComparison.Ordinal))
        {
            yield return "expected source EventGrid, without which Flex Consumption has no blob triggers.";
        }

        if (new BlobPattern(path).Tokens is [var first, _, ..] tokens)
        {
            yield return $"blob path '{path}': the host gives {{{first}}} as much as it can. Of a/b/c.csv, "
                + $"'{{{string.Join("}/{", tokens)}}}' makes {first} 'a/b'. Use one token, and split its value.";
        }
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z")]
    private static partial Regex StorageName();
}
