using System.Text.Json;

namespace Serverless.Local.Tests.Docs;

/// <summary>Pages that list something list all of it.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void Every_setting_of_the_schema_is_on_its_page()
    {
        using var schema = Read("model.schema.json");
        var settings = Settings(schema.RootElement, schema.RootElement, "").ToList();
        Assert.True(settings.Count > 40, $"{settings.Count} settings");
        var page = string.Join('\n', MarkdownPage.Of("docs/model-json.md").Lines);
        var missing = settings.FindAll(s => !page.Contains($"`{s}`", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_route_is_on_its_page()
    {
        using var description = Read("openapi.json");
        var routes = description.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}")).ToList();
        Assert.True(routes.Count > 20, $"{routes.Count} routes");
        var page = string.Join('\n', MarkdownPage.Of("docs/http.md").Lines);
        var missing = routes.FindAll(r => !page.Contains($"`{r}`", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    /// <summary>The names of a schema's settings: <c>training.window.files</c>, <c>features[].type</c>.</summary>
    private static IEnumerable<string> Settings(JsonElement schema, JsonElement root, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = root;
            foreach (var part in reference.GetString()!.Split('/').Skip(1)) schema = schema.GetProperty(part);
        }

        if (schema.TryGetProperty("properties", out var properties))
        {
            var prefix = path.Length == 0 ? "" : path + ".";
            return properties.EnumerateObject().SelectMany(p => Settings(p.Value, root, prefix + p.Name));
        }

        if (FindReference(schema, "items") is { } item) return Settings(item, root, path + "[]");
        return FindReference(schema, "additionalProperties") is { } any
            ? Settings(any, root, path + ".*").Prepend(path)
            : [path];
    }

    private static JsonElement? FindReference(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var found) && found.ValueKind == JsonValueKind.Object
            && found.TryGetProperty("$ref", out _) ? found : null;

    /// <summary>A file of the source that has this name only once.</summary>
    private static JsonDocument Read(string name)
    {
        var paths = Directory.EnumerateFiles(MarkdownPage.PathOf(""), name, SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj"));
        return JsonDocument.Parse(File.ReadAllBytes(Assert.Single(paths)));
    }
}
