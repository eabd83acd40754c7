using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Infra;

/// <summary>The published zip.</summary>
internal static class Package
{
    /// <summary>
    /// SHA-256, in hex, over the names and contents of the zip's entries. Times and the order of entries do not count,
    /// so that the same build zipped twice is the same package.
    /// </summary>
    /// <exception cref="SettingsException">There is no zip with a <c>host.json</c> at its root.</exception>
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
                    $"serverless:packagePath: expected host.json at the root of '{path}', found none: "
                    + "zip the content of the publish folder, not the folder.");
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
