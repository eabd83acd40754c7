using System.Security.Cryptography;
using System.Text;

namespace Serverless.Web.Dashboard;

/// <summary>The style sheet and the script, which are embedded in each page.</summary>
internal static class DashboardAssets
{
    public static string Css { get; } = Read("dashboard.css");

    public static string Script { get; } = Read("dashboard.js");

    /// <summary>The script's hash, as Content-Security-Policy allows it.</summary>
    public static string ScriptHash { get; } =
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)))}";

    private static string Read(string name)
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        // Browsers hash a script with LF line ends; a checkout on Windows may have CRLF.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
