namespace Serverless.Core.Storage;

/// <summary>Rules for blob metadata, common to all stores; Azure sends metadata as HTTP headers.</summary>
public static class BlobMetadata
{
    public static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>().AsReadOnly();

    /// <exception cref="ArgumentException">
    /// A key is not an ASCII identifier, or a value is not printable ASCII.
    /// </exception>
    public static void Require(IReadOnlyDictionary<string, string>? metadata)
    {
        foreach (var (key, value) in metadata ?? Empty)
        {
            if (!IsIdentifier(key))
            {
                throw new ArgumentException(
                    $"Metadata key '{key}' must be ASCII letters, digits and '_', and not begin with a digit.",
                    nameof(metadata));
            }

            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ArgumentException(
                    $"Metadata '{key}' must be printable ASCII; found '{value}'.", nameof(metadata));
            }
        }
    }

    private static bool IsIdentifier(string key) =>
        key.Length > 0 && !char.IsAsciiDigit(key[0]) && key.All(c => c == '_' || char.IsAsciiLetterOrDigit(c));
}
