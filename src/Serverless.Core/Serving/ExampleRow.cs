using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Serving;

/// <summary>Creates a plausible row for a model from its training data's profile.</summary>
public static class ExampleRow
{
    private static readonly JsonSerializerOptions _readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int ExampleTerms = 5;

    /// <returns>A JSON object with a value for each feature.</returns>
    public static string For(LoadedModel model) => Of(model.Signature, model.Profile).ToJsonString(_readable);

    /// <returns>
    /// A JSON object with a value for each feature; null values for features without any in training.
    /// </returns>
    public static JsonObject Of(Signature signature, ReferenceProfile reference)
    {
        var row = new JsonObject();
        for (var f = 0; f < signature.Features.Count; f++)
        {
            var (feature, profile) = (signature.Features[f], reference.Features[f]);
            row[feature.Name] = feature.Type switch
            {
                ColumnType.Categorical => feature.Categories.Count > 0 ? JsonValue.Create(feature.Categories[0]) : null,
                ColumnType.Text => JsonValue.Create(string.Join(' ', feature.Text!.Terms.Take(ExampleTerms))),
                ColumnType.Boolean => JsonValue.Create(profile.Mean > 0.5),
                ColumnType.Timestamp => JsonValue.Create("2026-01-31T08:15:00Z"),
                _ => profile.Mean is { } mean ? JsonValue.Create(Round(mean)) : null,
            };
        }

        return row;
    }

    /// <summary>Rounds to three significant digits.</summary>
    private static double Round(double value) => double.Parse(value.ToString("G3"));
}
