namespace Serverless.Local.Hosting;

/// <summary>
/// On loopback there is no key, but any web page that is open in a browser on the machine can send requests here.
/// Refused is what a page of another site sends, and what reaches us under a name that is not ours: an attacker's
/// name that resolves to 127.0.0.1 would make his page one of our own (DNS rebinding).
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>Null where the request may pass.</summary>
    public static IResult? Refusal(HttpRequest request)
    {
        if (!IsLoopback(request.Host))
        {
            return Results.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "The Host header is not this host's.",
                detail: $"Expected localhost, 127.0.0.1 or [::1], found '{request.Host.Host}'.");
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            ? null
            : Results.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "Requests from other sites are refused.",
                detail: $"Expected the origin {request.Scheme}://{request.Host}, found '{origin}'.");
    }

    /// <summary>Looks at the name in place: what nearly every request carries is not worth a string.</summary>
    private static bool IsLoopback(HostString host)
    {
        var name = host.Value.AsSpan();
        var colon = name.LastIndexOf(':');
        if (colon >= 0 && !name[colon..].Contains(']')) name = name[..colon];
        return name is "127.0.0.1" or "[::1]" || name.Equals("localhost", StringComparison.OrdinalIgnoreCase);
    }
}
