using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>A store folder of one test, gone afterwards, and the sample data to drop into it.</summary>
internal sealed class TestStore : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("serverless-test-").FullName;

    /// <summary>The repository's root: the folder that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Sample(params string[] path) => Path.Combine([Repository, "data-samples", .. path]);

    /// <summary>A file of the shared data sets; skips the test where they are absent.</summary>
    public static string Shared(string file)
    {
        var path = Path.GetFullPath(Path.Combine(Repository, "..", "shared", "data", file));
        Assert.SkipUnless(File.Exists(path), $"The shared data set {file} is not beside the repository.");
        return path;
    }

    public string PathOf(string blob) => Path.Combine([Root, .. blob.Split('/')]);

    /// <summary>Drops a file as a person would, with cp.</summary>
    public void Drop(string source, string blob)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(blob))!);
        File.Copy(source, PathOf(blob), overwrite: true);
        // cp sets the time of now; File.Copy keeps the source's.
        File.SetLastWriteTimeUtc(PathOf(blob), TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    public void Write(string blob, string text) => Write(blob, Encoding.UTF8.GetBytes(text));

    public void Write(string blob, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(blob))!);
        File.WriteAllBytes(PathOf(blob), content);
    }

    /// <summary>The records of a model's ended runs, by the file that each was about.</summary>
    public Dictionary<string, JsonElement> Runs(string model)
    {
        var folder = PathOf($"monitoring/{model}/runs");
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder, "*.json")
            .Select(f => JsonDocument.Parse(File.ReadAllBytes(f)).RootElement)
            .ToDictionary(r => r.GetProperty("file").GetString()!);
    }

    /// <summary>Records of rejected files, by file.</summary>
    public Dictionary<string, JsonElement> Rejected(string model)
    {
        var folder = PathOf($"monitoring/{model}/runs");
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder, "*.json")
            .Select(f => JsonDocument.Parse(File.ReadAllBytes(f)).RootElement)
            .Where(r => r.GetProperty("outcome").GetString() == "rejected")
            .DistinctBy(r => r.GetProperty("file").GetString()).ToDictionary(r => r.GetProperty("file").GetString()!);
    }

    /// <summary>The dropped files that the model's newest data version has.</summary>
    public IReadOnlyList<string> Sources(string model)
    {
        var folder = PathOf($"data/{model}/versions");
        if (!Directory.Exists(folder)) return [];
        var newest = Directory.EnumerateFiles(folder, "*.json").MaxBy(
            f => int.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture));
        return newest is null
            ? []
            : [.. JsonDocument.Parse(File.ReadAllBytes(newest)).RootElement.GetProperty("parts").EnumerateArray()
                .Select(p => p.GetProperty("source").GetString()!)];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
