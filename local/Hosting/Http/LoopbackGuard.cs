namespace Serverless.Local.Hosting.Http;

/// <summary>
/// Protects a host on loopback, which has no key, from web pages in a browser on the same machine. Refuses requests
/// whose Origin is another site, and requests under a foreign Host name: a name that resolves to 127.0.0.1 would make
/// the attacker's page same-origin (DNS rebinding).
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>The answer that refuses the request; null if it may pass.</summary>
    public static IResult? Refusal(HttpRequest request)
    {
        if (!IsLoopback(request.Host))
        {
            return Results.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "Unknown Host header",
                detail: $"Expected localhost, 127.0.0.1 or [::1], found '{request.Host.Host}'.");
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            ? null
            : Results.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "Request from another site",
                detail: $"Expected the origin {request.Scheme}://{request.Host}, found '{origin}'.");
    }

    /// <summary>Compares without allocating a string per request.</summary>
    private static bool IsLoopback(HostString host)
    {
        var name = host.Value.AsSpan();
        var colon = name.LastIndexOf(':');
        if (colon >= 0 && !name[colon..].Contains(']')) name = name[..colon];
        return name is "127.0.0.1" or "[::1]" || name.Equals("localhost", StringComparison.OrdinalIgnoreCase);
    }
}
