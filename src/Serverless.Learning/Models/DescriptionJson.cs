using System.Text.Json;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Profiling;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Models;

/// <summary>
/// Reads a model file's signature and profile, which <see cref="ModelFileJson"/> writes. See <see cref="JsonFields"/>
/// for the reason.
/// </summary>
internal static class DescriptionJson
{
    public static Signature Signature(JsonFields json) => new()
    {
        Task = json.Text("task") switch
        {
            "regression" => ModelTask.Regression,
            "binary" => ModelTask.Binary,
            "multiclass" => ModelTask.Multiclass,
            var other => throw new JsonException($"Expected a task, found '{other}'."),
        },
        Label = json.Text("label"),
        Features = json.FindAll("features", Feature) ?? throw new JsonException("Expected 'features', found none."),
        Classes = json.FindTexts("classes") ?? throw new JsonException("Expected 'classes', found none."),
        Ignored = json.FindTexts("ignored") ?? [],
        Id = json.FindText("id"),
    };

    public static ReferenceProfile Profile(JsonFields json) => new()
    {
        Features = json.FindAll("features", FeatureProfile)
            ?? throw new JsonException("Expected 'features', found none."),
        Output = json.Find("output", FeatureProfile),
        PredictedClasses = json.FindLongs("predictedClasses") ?? [],
    };

    private static SignatureFeature Feature(JsonFields json)
    {
        var feature = FeatureOfAnyType(json);
        return feature.Type == ColumnType.Text && feature.Text is null
            ? throw new JsonException($"Expected 'text' in the feature '{feature.Name}', found none.")
            : feature;
    }

    private static SignatureFeature FeatureOfAnyType(JsonFields json) => new()
    {
        Name = json.Text("name"),
        Type = Type(json),
        Categories = json.FindTexts("categories") ?? [],
        Text = json.Find("text", Text),
        Required = json.TryFind("required", out var required) && required.GetBoolean(),
        MissingIsFalse = json.TryFind("missingIsFalse", out var isFalse) && isFalse.GetBoolean(),
        Range = json.Find("range", range => new NumericRange(range.FindDouble("min"), range.FindDouble("max"))),
        Values = json.FindTexts("values"),
    };

    private static TextEncoding Text(JsonFields json)
    {
        var text = new TextEncoding
        {
            Terms = json.FindTexts("terms") ?? throw new JsonException("Expected 'terms', found none."),
            Idf = json.FindLongs("idf") ?? throw new JsonException("Expected 'idf', found none."),
            Scores = json.FindTexts("scores") ?? throw new JsonException("Expected 'scores', found none."),
            Weights = json.FindLongs("weights") ?? throw new JsonException("Expected 'weights', found none."),
        };
        return text.Idf.Count == text.Terms.Count && text.Weights.Count == text.Terms.Count * text.Scores.Count
            ? text
            : throw new JsonException(
                $"Expected an idf and {text.Scores.Count} weights for each of {text.Terms.Count} terms, "
                    + $"found {text.Idf.Count} and {text.Weights.Count}.");
    }

    private static FeatureProfile FeatureProfile(JsonFields json) => new()
    {
        Name = json.Text("name"),
        Type = Type(json),
        Rows = json["rows"].GetInt64(),
        Missing = json["missing"].GetInt64(),
        Edges = json.FindDoubles("edges") ?? [],
        Counts = json.FindLongs("counts") ?? throw new JsonException("Expected 'counts', found none."),
        Minimum = json.FindDouble("minimum"),
        Maximum = json.FindDouble("maximum"),
        Mean = json.FindDouble("mean"),
        StandardDeviation = json.FindDouble("standardDeviation"),
    };

    private static ColumnType Type(JsonFields json) => json.Text("type") switch
    {
        "numeric" => ColumnType.Numeric,
        "categorical" => ColumnType.Categorical,
        "boolean" => ColumnType.Boolean,
        "timestamp" => ColumnType.Timestamp,
        "text" => ColumnType.Text,
        var other => throw new JsonException($"Expected a column's type, found '{other}'."),
    };
}
