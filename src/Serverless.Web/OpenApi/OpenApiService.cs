using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Core.Registry;
using Serverless.Learning.Models;

namespace Serverless.Web.OpenApi;

/// <summary>
/// Describes the HTTP interface (OpenAPI 3.1): <c>openapi.json</c>, plus paths for each model that has a champion, with
/// schemas and examples of its features.
/// </summary>
public sealed class OpenApiService(ModelRegistry registry)
{
    /// <summary>Limit of the models in one document; beyond it, each has a document of its own.</summary>
    public const int MaxModels = 100;

    // Cached, because versions never change. Holds at most MaxModels descriptions.
    private readonly ConcurrentDictionary<string, ModelDescription> _described = new();

    /// <param name="only">The only model to describe; null describes the first ones by name.</param>
    /// <returns>The document, UTF-8 JSON; null if the model <paramref name="only"/> does not exist.</returns>
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
            ? "Each model with a live version has its own paths, with its fields and examples."
            : $"The first {MaxModels} of {names.Count} models have their own paths, with their fields and examples; "
                + "add ?model={name} to describe another one.";
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

    /// <summary>Null if no version is live, or its file cannot be read.</summary>
    private async Task<ModelDescription?> DescribeAsync(string model, CancellationToken cancellationToken)
    {
        if (await registry.FindServedAsync(model, cancellationToken) is not { } version) return null;
        if (_described.TryGetValue(model, out var known) && known.Version == version) return known;
        try
        {
            var description = await registry.ReadDescriptionAsync(model, version, cancellationToken);
            if (_described.Count >= MaxModels) _described.Clear();
            return _described[model] = description;
        }
        catch (ModelFileException)
        {
            // Serving and the drift check report the error; the general paths describe the requests.
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
