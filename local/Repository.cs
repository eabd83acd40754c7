namespace Serverless.Local;

/// <summary>
/// Folders of the checkout that contains the program; outside of a checkout, of the working directory.
/// </summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>The default of <c>--store</c>; git ignores it.</summary>
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
