namespace Serverless.Functions.Tests;

internal static class Repository
{
    public static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null
            && !File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) folder = folder.Parent;
        return Path.Combine(
            folder?.FullName ?? throw new InvalidOperationException("No folder above holds Serverless.sln."), file);
    }
}
