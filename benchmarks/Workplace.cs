using System.Net;
using System.Net.Sockets;

namespace Serverless.Benchmarks;

/// <summary>Folders, ports and statistics that the comparisons share.</summary>
internal static class Workplace
{
    /// <summary>Runs a comparison in a temporary folder, then deletes it.</summary>
    public static async Task<int> InFolderAsync(string name, Func<string, Task<int>> compare)
    {
        var folder = Directory.CreateTempSubdirectory($"serverless-{name}-").FullName;
        try
        {
            return await compare(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The root of the repository.</summary>
    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null
            && !File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Expected to run inside the repository.");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The median; for an even number of values the mean of the middle two.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
