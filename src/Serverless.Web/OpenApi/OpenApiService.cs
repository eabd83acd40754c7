using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Core.Registry;
using Serverless.Learning.Models;

namespace Serverless.Web.OpenApi;

/// <summary>
/// The description of the HTTP interface (OpenAPI 3.1): <c>openapi.json</c> beside this file, and for each model with a
/// champion paths of its own, whose schemas and examples are made of its features.
/// </summary>
public sealed class OpenApiService(ModelRegistry registry)
{
    /// <summary>Most models in one document: of more, each is described by itself.</summary>
    public const int MaxModels = 100;

    // Versions never change, so a champion is described once. As many are kept as a document has.
    private readonly ConcurrentDictionary<string, ModelDescription> _described = new();

    /// <param name="only">This model and no other; null: the first ones by name.</param>
    /// <returns>
    /// The document, UTF-8 JSON; null where nobody ever dropped anything for <paramref name="only"/>.
    /// </returns>
    public async Task<byte[]?> WriteAsync(string? only, CancellationToken cancellationToken)
    {
        if (only is not null && !await registry.ExistsAsync(only, cancellationToken)) return null;
        var names = only is null ? await registry.ListModelsAsync(cancellationToken) : [only];
        var document = Template();
        foreach (var name in names.Take(MaxModels))
        {
            if (await DescribeAsync(name, cancellationToken) is { } model) ModelPaths.Add(document, model);
        }

        document["info"]!["description"] = names.Count <= MaxModels
            ? "Each model with a live version has paths of its own, with its fields and examples."
            : $"The first {MaxModels} of {names.Count} models have paths of their own, with their fields and examples; "
                + "?model= and a name describes any other.";
        using var stream = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(
            stream,
            new JsonWriterOptions
            {
                Indented = true,
                NewLine = "\n",
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            }))
        {
            document.WriteTo(writer);
        }

        return stream.ToArray();
    }

    /// <summary>Null where no version is live, or its file cannot be read.</summary>
    private async Task<ModelDescription?> DescribeAsync(string model, CancellationToken cancellationToken)
    {
        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.Champion is not { } version) return null;
        if (_described.TryGetValue(model, out var known) && known.Version == version) return known;
        try
        {
            var description = await registry.ReadDescriptionAsync(model, version, cancellationToken);
            if (_described.Count >= MaxModels) _described.Clear();
            return _described[model] = description;
        }
        catch (ModelFileException)
        {
            // Serving and the drift check report it; the general paths describe its requests.
            return null;
        }
    }

    private static JsonObject Template()
    {
        using var stream = typeof(OpenApiService).Assembly.GetManifestResourceStream("openapi.json")
            ?? throw new InvalidOperationException("The assembly lacks openapi.json.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
