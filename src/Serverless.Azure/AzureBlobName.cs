using System.Text.RegularExpressions;
using Serverless.Core.Storage;

namespace Serverless.Azure;

/// <summary>A name split for Azure: the first segment is the container, the rest the blob's name in it.</summary>
internal readonly partial record struct AzureBlobName(string Container, string Blob)
{
    /// <exception cref="ArgumentException">
    /// The name breaks a rule of all stores or of Azure.
    /// </exception>
    public static AzureBlobName Require(string name)
    {
        BlobName.Require(name);
        var slash = name.IndexOf('/');
        if (slash < 0 || !IsContainer(name[..slash]))
        {
            throw new ArgumentException(
                $"Blob name '{name}' must begin with a container and '/': 3 to 63 lower-case letters, digits and "
                + "single hyphens.",
                nameof(name));
        }

        return new AzureBlobName(name[..slash], name[(slash + 1)..]);
    }

    public static bool IsContainer(string text) => ContainerName().IsMatch(text);

    public override string ToString() => $"{Container}/{Blob}";

    [GeneratedRegex(@"^(?=.{3,63}\z)[a-z0-9]+(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
