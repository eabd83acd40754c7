namespace Serverless.Local.Tests;

/// <summary>A store's folder for one test, gone after it.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("serverless-host-").FullName;

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }

    /// <summary>Writes a file as a person would copy one in, not through the store.</summary>
    public void Drop(string name, string content)
    {
        var file = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The files of a folder of the store, or none where it does not exist.</summary>
    public string[] Files(string folder) =>
        Directory.Exists(PathOf(folder)) ? Directory.GetFiles(PathOf(folder), "*", SearchOption.AllDirectories) : [];
}
