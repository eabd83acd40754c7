using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Serverless.Learning;

namespace Serverless.Core.Training;

/// <summary>
/// What makes two runs the same run. Events may come twice, late or in any order; a run whose identity is known
/// has been done.
/// </summary>
public static class RunIdentity
{
    /// <param name="definitionHash">Of model.json.</param>
    /// <param name="dataHashes">Content hashes of the data files, in the order they are learned from.</param>
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string Of(string definitionHash, IEnumerable<string> dataHashes, long seed)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"definition {definitionHash}\ndata {string.Join(' ', dataHashes)}\nengine {Engine.Version}\nseed "
            + $"{seed}\n");
        return Hash(text);
    }

    /// <summary>
    /// Of a run that ended before any data was looked at: the same file, refused for the same reason.
    /// </summary>
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string OfRefusal(string file, string reason) => Hash($"file {file}\nrefused {reason}\n");

    /// <summary>Of a run that no trial could end in time: with another time limit it is another run.</summary>
    /// <param name="identity">Of the run without a limit.</param>
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string OfLimit(string identity, TimeSpan limit) => Hash($"run {identity}\nlimit {limit:c}\n");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
