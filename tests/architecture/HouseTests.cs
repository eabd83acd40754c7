using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;

namespace Serverless.Architecture.Tests;

/// <summary>Holds the order of the house: see <see cref="House"/> for what it is, CONTRIBUTING.md for why.</summary>
public sealed partial class HouseTests
{
    public static TheoryData<string> Libraries => [.. House.Libraries.Keys];

    public static TheoryData<string> Namespaces => [.. House.Namespaces];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_uses_only_libraries_below_it(string library)
    {
        var used = System.Reflection.Assembly.Load(library).GetReferencedAssemblies().Select(a => a.Name!)
            .Where(name => name.StartsWith("Serverless.", StringComparison.Ordinal));
        Assert.Empty(used.Except(House.Libraries[library]));
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void A_folder_uses_only_folders_below_it(string name)
    {
        var above = House.Above(name).ToHashSet();
        var upward =
            from type in House.TypesIn(name)
            from target in type.Dependencies.SelectMany(TargetsOf)
            where above.Contains(target.Namespace.FullName)
            select $"{type.Name} uses {target.FullName}";
        Assert.Empty(upward.Distinct());
    }

    [Fact]
    public void Every_namespace_has_a_place_in_the_order()
    {
        var unknown = House.Loaded.Types
            .Select(t => t.Namespace.FullName).Distinct()
            .Where(name => name.StartsWith("Serverless.", StringComparison.Ordinal))
            .Except(House.Namespaces);
        Assert.Empty(unknown);
        Assert.All(House.Namespaces, name => Assert.NotEmpty(House.TypesIn(name)));
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong =
            from project in House.Projects
            let root = Path.Combine(House.Root, project.Folder)
            from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            let folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!)
            where folder.Split('/')[0] is not ("obj" or "bin")
            let text = File.ReadAllText(file)
            let expected = Path.GetRelativePath(House.Root, Path.GetDirectoryName(file)!) == House.OfficialNames
                ? "Microsoft.Azure.Functions.Worker"
                : House.NamespaceOf(project.Name, folder == "." ? "" : folder)
            let found = NamespaceLine().Match(text).Groups["name"].Value
            where found != expected && !(folder == "." && Path.GetFileName(file) == "Program.cs" && found.Length == 0)
            select $"{Path.GetRelativePath(House.Root, file)}: expected {expected}, found {found}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_line_has_at_most_120_columns_and_a_file_300_lines()
    {
        var wrong =
            from folder in new[] { "src", "functions", "local", "infra", "tests", "benchmarks" }
            from kind in new[] { "*.cs", "*.css", "*.js" }
            from file in Directory.EnumerateFiles(Path.Combine(House.Root, folder), kind, SearchOption.AllDirectories)
            let path = Path.GetRelativePath(House.Root, file)
            where !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal)
            let lines = File.ReadAllLines(file)
            let widest = lines.Index().MaxBy(line => line.Item.Length)
            where lines.Length > 300 || widest.Item.Length > 120
            select $"{path}: {lines.Length} lines, line {widest.Index + 1} has {widest.Item.Length} columns";
        Assert.Empty(wrong);
    }

    /// <summary>Types that are declared somewhere, and not a parameter or an array of a generic method.</summary>
    private static IEnumerable<IType> TargetsOf(ITypeDependency dependency) =>
        dependency.TargetGenericArguments.Select(a => a.Type).Prepend(dependency.Target)
            .Where(t => t is Class or Interface or Struct or ArchUnitNET.Domain.Enum
                && House.Declared.Contains(t.FullName));

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
