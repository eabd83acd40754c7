using System.Text.Json.Nodes;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Learning.Features;
using Serverless.Web.OpenInference;

namespace Serverless.Web.OpenApi;

/// <summary>
/// Adds one model to the document: the general paths with its name, and schemas of its features.
/// </summary>
internal static class ModelPaths
{
    public static void Add(JsonObject document, ModelDescription model)
    {
        var schemas = document["components"]!["schemas"]!.AsObject();
        schemas[$"{model.Name}.Row"] = ModelSchemas.Row(model);
        schemas[$"{model.Name}.Rows"] = ModelSchemas.Rows(model);
        schemas[$"{model.Name}.Predictions"] = ModelSchemas.Predictions(model);

        var row = ExampleRow.Of(model.Signature, model.Profile);
        Add(
            document,
            model.Name,
            "/api/models/{model}/predict",
            $"Predict {model.Signature.Label} with {model.Name}",
            $"{model.Name}.Rows",
            $"{model.Name}.Predictions",
            row);
        Add(
            document,
            model.Name,
            "/v2/models/{model}/infer",
            $"Inference with {model.Name}",
            "InferenceRequest",
            "InferenceResponse",
            ExampleTensors(model, row));
    }

    private static void Add(
        JsonObject document,
        string model,
        string path,
        string summary,
        string request,
        string response,
        JsonObject example)
    {
        var paths = document["paths"]!.AsObject();
        var operation = paths[path]!["post"]!.DeepClone().AsObject();
        operation["operationId"] = $"{operation["operationId"]}-{model}";
        operation["summary"] = summary;
        // The first parameter is the model's name, which is part of the path now.
        operation["parameters"]!.AsArray().RemoveAt(0);
        var content = operation["requestBody"]!["content"]!["application/json"]!.AsObject();
        content["schema"] = Reference(request);
        content["example"] = example.DeepClone();
        operation["responses"]!["200"]!["content"]!["application/json"]!["schema"] = Reference(response);
        paths[path.Replace("{model}", model, StringComparison.Ordinal)] = new JsonObject { ["post"] = operation };
    }

    /// <summary>The example row as tensors of one row.</summary>
    private static JsonObject ExampleTensors(ModelDescription model, JsonObject row) => new()
    {
        ["id"] = "42",
        ["inputs"] = new JsonArray([.. model.Signature.Features.Select(f => new JsonObject
        {
            ["name"] = f.Name,
            ["shape"] = new JsonArray(1),
            ["datatype"] = TensorType.NameFor(f.Type),
            ["data"] = new JsonArray(row[f.Name]?.DeepClone()),
        })]),
    };

    internal static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };
}
