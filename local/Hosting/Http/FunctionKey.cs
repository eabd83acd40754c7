using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Hosting;

/// <summary>The one key of an embedded host. It opens functions and the admin routes alike.</summary>
internal sealed class FunctionKey(HostSettings settings)
{
    public const string Header = "x-functions-key";

    // Hashes have one length, so that comparing them tells nothing about the length of the key either.
    private readonly byte[]? _hash = settings.Key is null ? null : Hash(settings.Key);

    /// <summary>
    /// True where no key is asked for, or the request carries the right one in its header or as <c>?code=</c>.
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
