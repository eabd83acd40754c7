using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Serverless.Architecture.Tests;

/// <summary>
/// The order of the libraries and of the folders inside them, lowest first. Code may use what stands before it, never
/// what stands after it. A new folder gets its place here.
/// </summary>
internal static class House
{
    /// <summary>Each library, with the libraries that it may use.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Libraries = new Dictionary<string, string[]>
    {
        ["Serverless.Csv"] = [],
        ["Serverless.Learning"] = ["Serverless.Csv"],
        ["Serverless.MlNet"] = ["Serverless.Csv", "Serverless.Learning"],
        ["Serverless.Core"] = ["Serverless.Csv", "Serverless.Learning"],
        ["Serverless.Azure"] = ["Serverless.Csv", "Serverless.Learning", "Serverless.Core"],
        ["Serverless.Sql"] = ["Serverless.Csv", "Serverless.Learning", "Serverless.Core"],
        ["Serverless.Web"] = ["Serverless.Csv", "Serverless.Learning", "Serverless.Core"],
    };

    /// <summary>All projects of the product, with their folders.</summary>
    public static IEnumerable<(string Name, string Folder)> Projects =>
    [
        .. Libraries.Keys.Select(library => (library, $"src/{library}")),
        ("Serverless.Local", "local"), ("Serverless.Functions", "functions"),
    ];

    /// <summary>The embedded host's attributes, which have the names of the official package.</summary>
    public const string OfficialNames = "local/Hosting/Attributes";

    /// <summary>Each library's folders; "" stands for files at its root.</summary>
    private static readonly Dictionary<string, string[]> _folders = new()
    {
        ["Serverless.Csv"] = ["Text", "Values", "Cells", "Parts", "Formats", "Layout", "Records"],
        ["Serverless.Learning"] =
        [
            "", "Numerics", "Definition", "Texts", "Binning", "Tables", "Reading", "Inference", "Changes", "History",
            "Features", "Profiling", "Metrics", "Objectives", "Trainers", "Trainers/Baseline", "Trainers/Linear",
            "Trainers/Trees", "Calibration", "Models", "Search", "Splits", "Gate", "Explanation", "Onnx",
        ],
        ["Serverless.Core"] =
        [
            "", "Storage", "Telemetry", "Registry", "Alerting", "Data", "Reports", "Traffic", "Serving", "Truth",
            "Uploads", "Removal", "Training", "Batch", "Monitoring/Statistics", "Monitoring", "Rollouts/Statistics",
            "Rollouts", "Composition",
        ],
        ["Serverless.Web"] = ["OpenInference", "Http", "OpenApi", "Dashboard", ""],
        ["Serverless.Azure"] = [""],
        ["Serverless.MlNet"] = [""],
        ["Serverless.Sql"] = [""],
    };

    public static readonly ArchUnitNET.Domain.Architecture Loaded = new ArchLoader()
        .LoadAssemblies([.. Libraries.Keys.Select(System.Reflection.Assembly.Load)])
        .Build();

    /// <summary>Full names of all types of the libraries.</summary>
    public static IReadOnlySet<string> Declared { get; } =
        Libraries.Keys.SelectMany(name => System.Reflection.Assembly.Load(name).GetTypes())
            .Select(type => type.FullName!).ToHashSet();

    /// <summary>All folders, each as its namespace, in their order.</summary>
    public static IReadOnlyList<string> Namespaces { get; } =
        [.. _folders.SelectMany(library => library.Value.Select(folder => NamespaceOf(library.Key, folder)))];

    /// <summary>Those that stand after a namespace in its library.</summary>
    public static IReadOnlyList<string> Above(string name)
    {
        var (library, folders) = _folders.Single(l => l.Value.Any(folder => NamespaceOf(l.Key, folder) == name));
        return [.. folders.Select(folder => NamespaceOf(library, folder)).SkipWhile(n => n != name).Skip(1)];
    }

    public static string NamespaceOf(string library, string folder) =>
        folder.Length == 0 ? library : $"{library}.{folder.Replace('/', '.')}";

    public static IEnumerable<IType> TypesIn(string name) => Loaded.Types.Where(t => t.Namespace.FullName == name);

    /// <summary>The repository's folder, found from the test's own.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("No folder above holds Serverless.sln.");
            }

            return folder.FullName;
        }
    }
}
