using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting.Http;

/// <summary>The only key of an embedded host, for functions and admin routes alike.</summary>
internal sealed class FunctionKey(HostSettings settings)
{
    public const string Header = "x-functions-key";

    // Comparing hashes, which have one length, does not leak the length of the key by its time.
    private readonly byte[]? _hash = settings.Key is null ? null : Hash(settings.Key);

    /// <summary>
    /// True if no key is required, or the request carries it in its header or as <c>?code=</c>.
    /// </summary>
    public bool Opens(HttpRequest request, AuthorizationLevel level)
    {
        if (_hash is null || level == AuthorizationLevel.Anonymous) return true;
        var given = request.Headers[Header].ToString();
        if (given.Length == 0) given = request.Query["code"].ToString();
        return CryptographicOperations.FixedTimeEquals(Hash(given), _hash);
    }

    public static IResult Refusal { get; } = Results.Problem(
        statusCode: StatusCodes.Status401Unauthorized,
        title: "A function key is needed.",
        detail: $"Send it in the header {Header}, or as the query parameter 'code'.");

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
