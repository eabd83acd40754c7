namespace Serverless.Local;

/// <summary>Where the store lies if nobody says: beside the projects, wherever the command was given.</summary>
internal static class DefaultStore
{
    public static string Folder
    {
        get
        {
            // The program lies some folders below the solution; a copy of it elsewhere uses the working directory.
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) folder = folder.Parent;
            return Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "store");
        }
    }
}
