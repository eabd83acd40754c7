using Microsoft.AspNetCore.Routing.Patterns;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting.Functions;

/// <summary>
/// Finds two functions for the same request at the start, instead of failing at the first such request.
/// </summary>
internal static class RouteConflicts
{
    /// <exception cref="HostStartException">Two functions answer the same method and route.</exception>
    public static void Check(IReadOnlyList<FunctionDescriptor> functions)
    {
        var routes = new List<(string Shape, HttpTrigger Trigger, FunctionDescriptor Function)>();
        foreach (var function in functions)
        {
            if (function.Trigger is not HttpTrigger http) continue;
            var shape = Shape(http.Pattern);
            foreach (var other in routes)
            {
                if (other.Shape == shape && Overlap(other.Trigger.Methods, http.Methods))
                {
                    throw FunctionIndex.Wrong(
                        function.Method,
                        $"'{http.Description}' is answered by '{other.Function.Name}' already "
                        + $"('{other.Trigger.Description}')");
                }
            }

            routes.Add((shape, http, function));
        }
    }

    // Routes that differ in the names of parameters only match the same requests; their constraints count.
    private static string Shape(RoutePattern pattern) => string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content.ToUpperInvariant(),
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter =>
                $"{{{(parameter.IsCatchAll ? "*" : "")}"
                + $"{string.Join(':', parameter.ParameterPolicies.Select(p => p.Content))}}}",
            _ => part.ToString(),
        }))));

    private static bool Overlap(IReadOnlyList<string> a, IReadOnlyList<string> b) =>
        a.Count == 0 || b.Count == 0 || a.Intersect(b).Any();
}
