using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Tests;
using Serverless.Web.OpenApi;
using Serverless.Web.OpenInference;

namespace Serverless.Web.Tests.OpenApi;

public sealed class OpenApiServiceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_s_fields_are_described_as_predict_takes_them()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("things", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);

        var row = (await DescribeAsync(product))["components"]!["schemas"]!["things.Row"]!;

        Assert.Equal(
            ["day", "flag", "size", "colour", "key", "note", "y"], row["properties"]!.AsObject().Select(p => p.Key));
        Assert.Equal("""["size"]""", row["required"]!.ToJsonString());
        Assert.False((bool)row["additionalProperties"]!);
        var size = row["properties"]!["size"]!;
        Assert.Equal(
            ("number", 0.0, 10.0), ((string)size["type"]!, (double)size["minimum"]!, (double)size["maximum"]!));
        Assert.Equal("""["red","green","blue",null]""", row["properties"]!["colour"]!["enum"]!.ToJsonString());
        Assert.Equal("""["boolean","null"]""", row["properties"]!["flag"]!["type"]!.ToJsonString());
    }

    [Fact]
    public async Task Examples_are_answered_and_the_answers_have_the_described_fields()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("things", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);
        await product.TrainAsync("people", "a.csv", SmallData.Classes(1, "<=50K", ">50K"), SmallData.Binary);
        var document = await DescribeAsync(product);

        foreach (var model in (string[])["things", "people"])
        {
            var answer = Json(
                await product.PredictAsync(model, Example(document, $"/api/models/{model}/predict").ToJsonString()));
            var described = Prediction(document, model);
            Assert.Equal(
                described["required"]!.AsArray().Select(n => (string)n!),
                answer.GetProperty("predictions")[0].EnumerateObject().Select(p => p.Name));

            var tensors = JsonSerializer.SerializeToUtf8Bytes(Example(document, $"/v2/models/{model}/infer"));
            var inferred = await product.Get<OpenInferenceService>().InferAsync(model, null, tensors, Cancelled);
            Assert.Equal("42", Json(inferred).GetProperty("id").GetString());
        }

        var label = Prediction(document, "people")["properties"]!["label"]!;
        Assert.Equal(["<=50K", ">50K"], label["enum"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("things", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);
        var document = await DescribeAsync(product);
        var references = References(document).ToList();

        Assert.NotEmpty(references);
        foreach (var reference in references)
        {
            JsonNode? at = document;
            foreach (var step in reference[2..].Split('/')) at = at?[step];
            Assert.True(at is not null, reference);
        }

        var names = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()).Select(
            o => (string)o.Value!["operationId"]!).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task Of_very_many_models_the_first_are_described_and_any_other_by_its_name()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("copy-000", "a.csv", SmallData.Line(3), SmallData.Regression);
        foreach (var i in Enumerable.Range(1, OpenApiService.MaxModels + 19))
        {
            foreach (var path in (Func<string, string>[])
            [
                BlobPaths.Definition, BlobPaths.Aliases, m => BlobPaths.ModelFile(m, 1), m => BlobPaths.Manifest(m, 1)
            ])
            {
                var (bytes, _) = (await product.Store.ReadAllAsync(path("copy-000"), 1 << 24, Cancelled))!.Value;
                await product.Store.WriteAsync(path($"copy-{i:000}"), bytes, WriteCondition.Always, Cancelled);
            }
        }

        var loaded = product.Get<ModelCache>().Count;
        var opened = product.Store.Opened.Count(name => name.EndsWith("model.bin", StringComparison.Ordinal));
        var document = await DescribeAsync(product);
        Assert.Equal(
            OpenApiService.MaxModels,
            document["paths"]!.AsObject().Count(p => p.Key.StartsWith("/api/models/copy-", StringComparison.Ordinal)));
        Assert.Contains(
            $"The first {OpenApiService.MaxModels} of {OpenApiService.MaxModels + 20} models",
            (string)document["info"]!["description"]!,
            StringComparison.Ordinal);

        var last = $"/api/models/copy-{OpenApiService.MaxModels + 19:000}/predict";
        Assert.Null(document["paths"]![last]);
        Assert.NotNull((await DescribeAsync(product, $"copy-{OpenApiService.MaxModels + 19:000}"))["paths"]![last]);

        // No model was loaded for it.
        Assert.Equal(opened, product.Store.Opened.Count(name => name.EndsWith("model.bin", StringComparison.Ordinal)));
        Assert.Equal(loaded, product.Get<ModelCache>().Count);
    }

    [Fact]
    public async Task A_model_that_cannot_be_read_or_has_no_version_leaves_the_rest_described()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("broken", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.WriteAsync(BlobPaths.Definition("later"), "{}");
        foreach (var content in (string[])["", "broken", new string('x', 1000)])
        {
            await product.WriteAsync(BlobPaths.ModelFile("broken", 1), content);
            var own = (await DescribeAsync(product))["paths"]!.AsObject().Select(p => p.Key).Where(
                p => p.EndsWith("/predict", StringComparison.Ordinal));
            Assert.Equal(
                ["/api/models/lines/predict", "/api/models/{model}/predict"], own.Order(StringComparer.Ordinal));
        }

        Assert.NotNull(await product.Get<OpenApiService>().WriteAsync("later", Cancelled));
        Assert.Null(await product.Get<OpenApiService>().WriteAsync("nobody", Cancelled));
        Assert.Null(await product.Get<OpenApiService>().WriteAsync("../lines", Cancelled));
    }

    [Fact]
    public async Task A_new_champion_is_described_in_place_of_the_old_one()
    {
        await using var product = new Product(s => s.AddServerlessWeb());
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.NewestFile);
        Assert.Contains("0 to 10", await RangeAsync(product), StringComparison.Ordinal);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(3, seed: 2, from: 100), SmallData.NewestFile);
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);
        Assert.Contains("100", await RangeAsync(product), StringComparison.Ordinal);

        static async Task<string> RangeAsync(Product product)
        {
            var words = ((string)(await DescribeAsync(
                product))["components"]!["schemas"]!["lines.Row"]!["properties"]!["x"]!["description"]!).Split(' ');
            return $"{Math.Round(double.Parse(words[2]))} to {Math.Round(double.Parse(words[4].TrimEnd('.')))}";
        }
    }

    private static async Task<JsonObject> DescribeAsync(Product product, string? only = null) =>
        JsonNode.Parse(await product.Get<OpenApiService>().WriteAsync(only, Cancelled))!.AsObject();

    /// <summary>The schema of one prediction of a model.</summary>
    private static JsonNode Prediction(JsonObject document, string model) =>
        document["components"]!["schemas"]![$"{model}.Predictions"]!["properties"]!["predictions"]!["items"]!;

    private static JsonNode Example(JsonObject document, string path) =>
        document["paths"]![path]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!;

    private static JsonElement Json(PredictOutcome outcome) =>
        JsonDocument.Parse(Assert.IsType<PredictOutcome.Answered>(outcome).Json).RootElement;

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p.Key == "$ref" ? [(string)p.Value!] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
