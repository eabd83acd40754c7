using System.Text.Json.Nodes;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Web.OpenApi;

/// <summary>JSON Schemas (2020-12) of a model's requests and answers.</summary>
internal static class ModelSchemas
{
    private const int MaxExamples = 10;

    public static JsonObject Row(ModelDescription model)
    {
        var signature = model.Signature;
        var properties = new JsonObject();
        foreach (var (feature, profile) in signature.Features.Zip(model.Profile.Features))
        {
            properties[feature.Name] = Feature(feature, profile.Minimum, profile.Maximum);
        }

        if (signature.Id is { } id && !properties.ContainsKey(id))
        {
            properties[id] = Described(
                Types("string", "number", "null"), "Id of the prediction, in the answer and in the log.");
        }

        foreach (var name in (string[])[.. signature.Ignored, signature.Label])
        {
            if (!properties.ContainsKey(name))
            {
                properties[name] = Described(Types("string", "number", "boolean", "null"), "Ignored.");
            }
        }

        var row = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        var required = signature.Features.Where(f => f.Required).Select(f => (JsonNode)f.Name).ToArray();
        if (required.Length > 0) row["required"] = new JsonArray(required);
        row["examples"] = new JsonArray(ExampleRow.Of(signature, model.Profile));
        return row;
    }

    public static JsonObject Rows(ModelDescription model)
    {
        var row = $"{model.Name}.Row";
        return new JsonObject
        {
            ["anyOf"] = new JsonArray(
                ModelPaths.Reference(row),
                new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = ModelPaths.Reference(row) },
                ModelPaths.Reference("Columns")),
        };
    }

    public static JsonObject Predictions(ModelDescription model)
    {
        var signature = model.Signature;
        var prediction = new JsonObject { ["id"] = new JsonObject { ["type"] = "string" } };
        if (signature.Task == ModelTask.Regression)
        {
            prediction["value"] = new JsonObject { ["type"] = "number" };
        }
        else
        {
            var shares = new JsonObject();
            foreach (var name in signature.Classes)
            {
                shares[name] = new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 };
            }

            prediction["label"] = new JsonObject { ["type"] = "string", ["enum"] = Texts(signature.Classes) };
            prediction["probabilities"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = Texts(signature.Classes),
                ["properties"] = shares
            };
        }

        var required = Texts(prediction.Select(p => p.Key));
        prediction["explanation"] = ModelPaths.Reference("Explanation");
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("model", "version", "predictions"),
            ["properties"] = new JsonObject
            {
                ["model"] = new JsonObject { ["const"] = model.Name },
                ["version"] = new JsonObject { ["type"] = "integer" },
                ["predictions"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["required"] = required,
                        ["properties"] = prediction
                    },
                },
                ["warnings"] = ModelPaths.Reference("Warnings"),
            },
        };
    }

    /// <param name="trainedMin">The smallest value in training; null if there was none.</param>
    /// <param name="trainedMax">The largest.</param>
    private static JsonObject Feature(SignatureFeature feature, double? trainedMin, double? trainedMax)
    {
        var isText = feature.Type is ColumnType.Categorical or ColumnType.Timestamp or ColumnType.Text;
        var type = feature.Type switch
        {
            ColumnType.Numeric => "number",
            ColumnType.Boolean => "boolean",
            _ => "string",
        };
        var schema = new JsonObject { ["type"] = feature.Required ? type : new JsonArray(type, "null") };
        if (feature.Type == ColumnType.Timestamp)
        {
            schema["description"] = "For example 2026-01-31T08:15:00Z; a date alone means midnight, in UTC.";
        }

        if (feature.Text is { } text)
        {
            schema["description"] = $"Free text, of which {text.Terms.Count} words and pairs of words are known.";
        }

        if (feature.Range?.Min is { } min) schema["minimum"] = min;
        if (feature.Range?.Max is { } max) schema["maximum"] = max;
        if (feature.Type == ColumnType.Numeric && trainedMin is { } from && trainedMax is { } to)
        {
            schema["description"] = $"In training {(float)from} to {(float)to}.";
        }

        if (isText && feature.Values is { } values)
        {
            var allowed = Texts(values);
            if (!feature.Required) allowed.Add(null);
            schema["enum"] = allowed;
        }
        else if (feature.Categories.Count > 0)
        {
            schema["examples"] = Texts(feature.Categories.Take(MaxExamples));
        }

        return schema;
    }

    private static JsonObject Types(params string[] types) => new() { ["type"] = Texts(types) };

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema["description"] = description;
        return schema;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
