using System.Security.Cryptography;
using System.Text;
using Serverless.Local.Hosting.Blobs;

namespace Serverless.Local.Hosting;

/// <summary>Names of the host's own blobs, all below <c>host/</c>.</summary>
internal static class HostPaths
{
    public const string Lease = "host/host";

    public static string ReceiptsOf(string function) => $"host/receipts/{function}/";

    // Hashed, because a blob's name may be too long for the name of a file, and contains slashes.
    public static string Receipt(string function, string blob) => $"{ReceiptsOf(function)}{Hash(blob)}.json";

    public static string Poison(string function, string blob) => $"host/poison/{function}/{Hash(blob)}.json";

    public static string MessagesOf(string queue) => $"host/queues/{queue}/";

    public static string Message(string queue, string id) => $"{MessagesOf(queue)}{id}.json";

    public static string Timer(string function) => $"host/timers/{function}.json";

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
