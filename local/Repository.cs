namespace Serverless.Local;

/// <summary>
/// Folders of the checkout that the program was built in; a copy of it elsewhere uses the working directory.
/// </summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>Where the store lies if nobody says; git ignores it.</summary>
    public static string DefaultStore => Path.Combine(Root, "store");

    public static string DataSamples => Path.Combine(Root, "data-samples");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null
            && !File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) folder = folder.Parent;
        return folder?.FullName ?? Environment.CurrentDirectory;
    }
}
