using System.Text.Json;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Profiling;

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

    private static SignatureFeature Feature(JsonFields json) => new()
    {
        Name = json.Text("name"),
        Type = Type(json),
        Categories = json.FindTexts("categories") ?? [],
        Required = json.TryFind("required", out var required) && required.GetBoolean(),
        MissingIsFalse = json.TryFind("missingIsFalse", out var isFalse) && isFalse.GetBoolean(),
        Range = json.Find("range", range => new NumericRange(range.FindDouble("min"), range.FindDouble("max"))),
        Values = json.FindTexts("values"),
    };

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
        var other => throw new JsonException($"Expected a column's type, found '{other}'."),
    };
}
