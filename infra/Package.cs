using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Infra;

/// <summary>The zip of the published app.</summary>
internal static class Package
{
    /// <summary>
    /// Returns the SHA-256, in hex, of the names and contents of the zip's entries. Timestamps and the order of entries
    /// are ignored, so the same build zipped twice has the same hash.
    /// </summary>
    /// <exception cref="SettingsException">The path is not a zip with a <c>host.json</c> at its root.</exception>
    public static string ContentHash(string path)
    {
        if (!File.Exists(path))
        {
            throw new SettingsException(
                $"serverless:packagePath: expected the zip of the published app, found nothing at '{path}'. See "
                + "infra/README.md.");
        }

        try
        {
            using var zip = ZipFile.OpenRead(path);
            if (zip.GetEntry("host.json") is null)
            {
                throw new SettingsException(
                    $"serverless:packagePath: expected host.json at the root of '{path}', found none. "
                    + "Zip the content of the publish folder, not the folder.");
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var entry in zip.Entries.OrderBy(e => e.FullName, StringComparer.Ordinal))
            {
                using var content = entry.Open();
                hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(entry.FullName)));
                hash.AppendData(SHA256.HashData(content));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (InvalidDataException e)
        {
            throw new SettingsException($"serverless:packagePath: expected a zip, found '{path}': {e.Message}");
        }
    }
}
