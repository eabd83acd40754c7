using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Serverless.Learning;

namespace Serverless.Core.Training;

/// <summary>
/// Identifies runs, so that they are idempotent: events may be repeated, late or out of order, and a run of known
/// identity is not repeated.
/// </summary>
public static class RunIdentity
{
    /// <param name="definitionHash">Hash of model.json.</param>
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

    /// <summary>Identity of a run refused before it read any data: by file and reason.</summary>
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string OfRefusal(string file, string reason) => Hash($"file {file}\nrefused {reason}\n");

    /// <summary>Identity of a run in which no trial ended in time: with another time limit it is another run.</summary>
    /// <param name="identity">Identity of the run without a limit.</param>
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string OfLimit(string identity, TimeSpan limit) => Hash($"run {identity}\nlimit {limit:c}\n");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
