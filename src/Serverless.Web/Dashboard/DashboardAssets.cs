using System.Security.Cryptography;
using System.Text;

namespace Serverless.Web.Dashboard;

/// <summary>
/// The pages' style sheet and script, which lie in files of their own and are written into each page.
/// </summary>
internal static class DashboardAssets
{
    public static string Css { get; } = Read("dashboard.css");

    public static string Script { get; } = Read("dashboard.js");

    /// <summary>As Content Security Policy names the only script that may run.</summary>
    public static string ScriptHash { get; } =
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)))}";

    private static string Read(string name)
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        // As browsers do before they hash a script; a checkout on Windows may have other line ends.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
