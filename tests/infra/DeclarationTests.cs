using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Serverless.Infra.Tests;

/// <summary>
/// Writes what the stack registers as TypeScript, each resource with the type that the official package declares for
/// its arguments. <c>.ci/run</c> has the TypeScript compiler check the files against npm's <c>@pulumi/azure-native</c>.
/// </summary>
public sealed class DeclarationTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Registered_inputs_are_written_as_TypeScript_for_the_type_check(string name)
    {
        var stack = await ExampleStack.RunAsync(name, s => s with
        {
            DataWriters = ["44444444-4444-4444-4444-444444444444"],
            HttpConcurrency = 200,
        });
        var registered = stack.Azure.Resources.Concat(stack.Azure.Calls)
            .Where(r => r.Type.StartsWith("azure-native:", StringComparison.Ordinal)
                && (r.Name.Length > 0 || r.Inputs.Count > 0))
            .OrderBy(r => r.Type, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal).ToList();
        Assert.InRange(registered.Count, 30, 200);

        var text = new StringBuilder("// Written by DeclarationTests.\n");
        foreach (var type in registered.Select(r => r.Type).Distinct())
        {
            var (module, member) = Split(type);
            text.Append(
                $"import type {{ {Arguments(type)} }} from \"@pulumi/azure-native/{module}/{Lower(member)}\";\n");
        }

        for (var i = 0; i < registered.Count; i++)
        {
            var r = registered[i];
            text.Append($"\n// {r.Type} {r.Name}\nexport const r{i}: {Arguments(r.Type)} = "
                + $"{JsonSerializer.Serialize(Plain(r.Inputs), Readable)};\n");
        }

        var folder = Directory.CreateDirectory(System.IO.Path.Combine(AppContext.BaseDirectory, "declarations"));
        await File.WriteAllTextAsync(
            System.IO.Path.Combine(folder.FullName, $"{name}.ts"),
            text.ToString(),
            TestContext.Current.CancellationToken);
    }

    private static (string Module, string Member) Split(string type) => (type.Split(':')[1], type.Split(':')[2]);

    /// <summary>Resources of the same name in two modules would clash; the stack has none.</summary>
    private static string Arguments(string type)
    {
        var member = Split(type).Member;
        return $"{char.ToUpperInvariant(member[0])}{member[1..]}Args";
    }

    private static string Lower(string name) => $"{char.ToLowerInvariant(name[0])}{name[1..]}";

    private static object? Plain(object? value) => value switch
    {
        ImmutableDictionary<string, object> map => map.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(
            p => p.Key, p => Plain(p.Value)),
        ImmutableArray<object> list => list.Select(Plain).ToArray(),
        _ => value,
    };
}
