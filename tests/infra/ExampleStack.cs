using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Pulumi;
using Pulumi.Testing;

namespace Serverless.Infra.Tests;

/// <summary>Runs the real program under Pulumi's mocks, with the settings of a stack file.</summary>
internal sealed class ExampleStack
{
    private ExampleStack(Azure azure, ImmutableArray<Resource> resources, IDictionary<string, object?> outputs) =>
        (Azure, Resources, Outputs) = (azure, resources, outputs);

    public Azure Azure { get; }

    public ImmutableArray<Resource> Resources { get; }

    public IDictionary<string, object?> Outputs { get; }

    public IEnumerable<Registered> All(string type) => Azure.Resources.Where(r => r.Type == $"azure-native:{type}");

    public Registered One(string type) => Assert.Single(All(type));

    public Registered Named(string type, string name) => All(type).Single(r => r.Name == name);

    /// <summary>The app's settings by name.</summary>
    public IReadOnlyDictionary<string, string> AppSettings() => One("web:WebApp").List("siteConfig.appSettings")
        .Cast<ImmutableDictionary<string, object>>().ToDictionary(s => (string)s["name"], s => (string)s["value"]);

    /// <param name="stack">The part between the dots of <c>Pulumi.{stack}.yaml</c>.</param>
    public static async Task<ExampleStack> RunAsync(
        string stack,
        Func<StackSettings, StackSettings>? change = null,
        Azure? azure = null,
        TimeProvider? clock = null)
    {
        var package = System.IO.Path.GetTempFileName();
        try
        {
            WritePackage(package, ("host.json", "{}"), ("app.dll", "code"));
            var settings = Settings(stack) with { PackagePath = package };
            azure ??= new Azure();
            var (resources, outputs) = await Deployment.TestAsync(
                azure,
                new TestOptions { ProjectName = "serverless", StackName = stack, IsPreview = false },
                () => ServerlessStack.Create(change?.Invoke(settings) ?? settings, clock ?? new HurriedClock()));
            return new ExampleStack(azure, resources, outputs);
        }
        finally
        {
            File.Delete(package);
        }
    }

    public static StackSettings Settings(string stack) => StackSettings.Read(Values(stack).GetValueOrDefault);

    /// <summary>
    /// Returns the settings of a stack file as Pulumi passes them: lists as JSON, whether the file has them on one line
    /// or, as <c>pulumi config set</c> writes them, one entry per line.
    /// </summary>
    public static Dictionary<string, string> Values(string stack)
    {
        var values = new Dictionary<string, string>();
        var entries = new List<string>();
        var name = "";
        foreach (var line in File.ReadLines(Repository.PathOf($"infra/Pulumi.{stack}.yaml")))
        {
            if (line.StartsWith("  serverless:", StringComparison.Ordinal))
            {
                var pair = line["  serverless:".Length..].Split(':', 2);
                (name, values[pair[0]]) = (pair[0], pair[1].Trim().Trim('"', '\''));
                entries.Clear();
            }
            else if (line.StartsWith("    - ", StringComparison.Ordinal))
            {
                entries.Add(line[6..].Trim().Trim('"', '\''));
                values[name] = JsonSerializer.Serialize(entries);
            }
        }

        return values;
    }

    public static void WritePackage(string path, params (string Name, string Text)[] entries)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, text) in entries)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(text);
        }
    }
}
