using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Learning.Numerics;
using Serverless.Tests;
using Serverless.Web.OpenInference;
using static Serverless.Web.Tests.OpenInference.InferenceProduct;

namespace Serverless.Web.Tests.OpenInference;

public sealed class OpenInferenceTests
{
    private const string FiveX = """{"inputs": [{"name": "x", "shape": [1], "datatype": "FP64", "data": [5]}]}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tensors_are_answered_as_the_same_rows_are()
    {
        await using var product = await EveryTypeAsync();
        var rows = await RowsAsync(product, """
            [{"size": 4.5, "flag": true, "colour": "red", "day": "2026-03-01T08:00:00.5Z", "key": "a"},
             {"size": 7, "flag": null, "colour": null, "day": "1969-12-31", "key": "b"}]
            """);

        var answer = await InferAsync(product, """
            {"id": "42", "parameters": {"any": 1}, "inputs": [
              {"name": "size", "shape": [2], "datatype": "FP32", "data": [4.5, 7.0]},
              {"name": "flag", "shape": [2, 1], "datatype": "BOOL", "data": [[true], [null]]},
              {"name": "colour", "shape": [2, 1], "datatype": "BYTES", "data": ["\u0072ed", null],
               "parameters": {"content_type": "str"}},
              {"data": ["2026-03-01T08:00:00.5Z", "1969-12-31"], "name": "day", "shape": [2], "datatype": "BYTES"},
              {"name": "key", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]}]}
            """);

        Assert.Equal(["model_name", "model_version", "id", "outputs"], answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("things", "1", "42"), (Text(answer, "model_name"), Text(answer, "model_version"), Text(answer, "id")));
        Assert.Equal(["value", "id"], answer.GetProperty("outputs").EnumerateArray().Select(o => Text(o, "name")));
        var value = Output(answer, "value");
        Assert.Equal(("FP64", "[2]"), (Text(value, "datatype"), value.GetProperty("shape").GetRawText()));
        Assert.Equal(rows, Numbers(value));
        Assert.Equal("""["a","b"]""", Output(answer, "id").GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("[4.5, 1, 1772352000, 2, 7.0, 0, -86400, 1.0]")]
    [InlineData("[[4.5, 1, 1772352000, 2], [7.0, 0, -86400.0, 1]]")]
    public async Task One_tensor_of_all_features_is_read_in_the_order_of_the_signature(string data)
    {
        await using var product = await CodesAsync();
        var rows = await RowsAsync(product, """
            [{"a": 4.5, "b": true, "c": "2026-03-01T08:00:00Z", "d": "2"},
             {"a": 7, "b": false, "c": "1969-12-31", "d": "1"}]
            """, "codes");

        var answer = await InferAsync(
            product,
            $$"""{"inputs": [{"name": "x", "shape": [2, 4], "datatype": "FP64", "data": {{data}}}]}""",
            "codes");

        Assert.Equal(rows, Numbers(Output(answer, "value")));
        Assert.Equal(["a", "b", "c", "d"], (await DescribeAsync(product, "codes")).Inputs.Select(i => i.Name));
    }

    [Fact]
    public async Task A_classification_answers_labels_and_probabilities_and_names_their_columns()
    {
        await using var product = NewProduct();
        await product.TrainAsync("people", "a.csv", SmallData.Classes(1, "<=50K", ">50K"), SmallData.Binary);
        var rows = (await product.PredictAsync("people", """[{"x": 0.5}, {"x": 9.5}]""")) as PredictOutcome.Answered;
        var expected = JsonDocument.Parse(rows!.Json).RootElement.GetProperty("predictions").EnumerateArray()
            .SelectMany(p => ((string[])["<=50K", ">50K"]).Select(
                c => p.GetProperty("probabilities").GetProperty(c).GetDouble()));

        var answer = await InferAsync(
            product, """{"inputs": [{"name": "x", "shape": [2], "datatype": "FP64", "data": [0.5, 9.5]}]}""", "people");

        Assert.Equal("""["<=50K",">50K"]""", Output(answer, "label").GetProperty("data").GetRawText());
        var probabilities = Output(answer, "probabilities");
        Assert.Equal("[2,2]", probabilities.GetProperty("shape").GetRawText());
        Assert.Equal(expected, Numbers(probabilities));
        Assert.Equal("""{"0":"<=50K","1":">50K"}""", probabilities.GetProperty("parameters").GetRawText());

        var one = await InferAsync(
            product,
            """
            {"inputs": [{"name": "x", "shape": [1], "datatype": "FP64", "data": [9.5]}], "outputs": [{"name": "label"}]}
            """,
            "people");
        Assert.Equal("label", Text(Assert.Single(one.GetProperty("outputs").EnumerateArray().ToList()), "name"));
        Assert.Equal(
            ["label", "probabilities", "id"], (await DescribeAsync(product, "people")).Outputs.Select(o => o.Name));
    }

    [Fact]
    public async Task A_version_is_asked_by_its_number_whichever_is_live()
    {
        await using var product = NewProduct();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("lines", "b.csv", SmallData.Line(9, seed: 2), SmallData.NewestFile);
        await product.Registry.PromoteAsync("lines", 2, null, "a person", "why", Cancelled);
        await using var serving = NewProduct(product.Folder);

        Assert.Equal(45, Numbers(Output(await InferAsync(serving, FiveX, "lines"), "value"))[0], 1.0);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(() => InferAsync(serving, FiveX, "lines", version: 1))));
        Assert.All(
            answers,
            a => Assert.Equal((15, "1"), (Math.Round(Numbers(Output(a, "value"))[0]), Text(a, "model_version"))));
        Assert.Single(serving.Store.Opened, name => name == BlobPaths.ModelFile("lines", 1));
        Assert.IsType<PredictOutcome.UnknownVersion>(await OutcomeAsync(serving, FiveX, "lines", 3));
        Assert.IsType<PredictOutcome.UnknownModel>(await OutcomeAsync(serving, FiveX, "nobody", 1));

        // Each version's traffic is counted for itself.
        await serving.Get<PredictionLog>().FlushAsync(Cancelled);
        Assert.Equal(2, (await serving.ListAsync(BlobPaths.PredictionsOf("lines"))).Count);
    }

    [Fact]
    public async Task Versions_by_number_share_the_cache_s_bounded_memory()
    {
        const int versions = 60;
        var options = new ServingOptions { ModelCacheMegabytes = 1, FlushInterval = TimeSpan.FromHours(1) };
        await using var product = NewProduct(options: options);
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        foreach (var v in Enumerable.Range(2, versions - 1))
        {
            await product.CopyVersionAsync(("lines", 1), ("lines", v));
        }

        foreach (var v in Enumerable.Range(1, versions))
        {
            Assert.Equal($"{v}", Text(await InferAsync(product, FiveX, "lines", v), "model_version"));
        }

        var cache = product.Get<ModelCache>();
        Assert.InRange(cache.Bytes, 1, 1 << 20);
        Assert.InRange(cache.Count, 10, versions - 1);
        int Loads(int version) => product.Store.Opened.Count(name => name == BlobPaths.ModelFile("lines", version));
        var (second, last) = (Loads(2), Loads(versions));
        await InferAsync(product, FiveX, "lines", versions);
        Assert.Equal(last, Loads(versions));
        await InferAsync(product, FiveX, "lines", 2);
        Assert.Equal(second + 1, Loads(2));
    }

    [Fact]
    public async Task A_model_is_ready_once_a_champion_is_loaded_and_not_before()
    {
        await using var product = NewProduct();
        var service = product.Get<OpenInferenceService>();
        Assert.IsType<PredictOutcome.UnknownModel>(await service.ObstacleAsync("lines", null, Cancelled));
        await product.WriteAsync(BlobPaths.Definition("lines"), SmallData.Regression);
        Assert.IsType<PredictOutcome.NoVersionYet>(await service.ObstacleAsync("lines", null, Cancelled));
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        Assert.Null(await service.ObstacleAsync("lines", null, Cancelled));
        Assert.IsType<PredictOutcome.UnknownVersion>(await service.ObstacleAsync("lines", 2, Cancelled));

        await using var other = NewProduct(product.Folder);
        await product.WriteAsync(BlobPaths.ModelFile("lines", 1), "broken");
        Assert.IsType<PredictOutcome.NoVersionYet>(
            await other.Get<OpenInferenceService>().ObstacleAsync("lines", null, Cancelled));
        Assert.IsType<PredictOutcome.NoVersionYet>(
            await other.Get<OpenInferenceService>().ObstacleAsync("lines", 1, Cancelled));
        Assert.Null(await service.ObstacleAsync("lines", 1, Cancelled));
    }

    [Fact]
    public async Task What_is_answered_is_counted_as_predictions_are()
    {
        await using var product = await EveryTypeAsync();
        await InferAsync(product, """
            {"inputs": [{"name": "size", "shape": [2], "datatype": "FP64", "data": [1, 2]},
             {"name": "key", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]}]}
            """);
        await product.Get<PredictionLog>().FlushAsync(Cancelled);

        var sketch = JsonNode.Parse(
            await product.ReadAsync(Assert.Single(await product.ListAsync(BlobPaths.PredictionsOf("things")))))!;
        Assert.Equal(2, (int)sketch["rows"]!);
        Assert.Equal(["a", "b"], sketch["sample"]!.AsArray().Select(s => (string)s!["id"]!).Order());
        Assert.Equal(
            """{"size":1,"key":"a"}""",
            sketch["sample"]!.AsArray().Single(s => (string)s!["id"]! == "a")!["row"]!.ToJsonString());
    }

    [Fact]
    public async Task Numbers_in_place_of_something_else_are_logged_as_rows_of_predict_are()
    {
        await using var product = await CodesAsync();
        await InferAsync(product, """
            {"inputs": [{"name": "x", "shape": [2, 4], "datatype": "FP64",
              "data": [4.50, 1, 1772352000.5, 2.0, null, 0, null, -0.0]}]}
            """, "codes");
        await product.Get<PredictionLog>().FlushAsync(Cancelled);

        var blob = Assert.Single(await product.ListAsync(BlobPaths.PredictionsOf("codes")));
        var sketch = JsonNode.Parse(await product.ReadAsync(blob))!;
        Assert.Equal(
            [
                """{"a":4.50,"b":true,"c":"2026-03-01T08:00:00.5000000Z","d":2}""",
                """{"a":null,"b":false,"c":null,"d":0}""",
            ],
            sketch["sample"]!.AsArray().Select(s => s!["row"]!.ToJsonString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_version_reads_a_matrix_by_the_names_of_the_one_it_was_sent_for()
    {
        await using var product = NewProduct();
        await product.TrainAsync("champion", "a.csv", SmallData.Line(3), SmallData.Regression);
        await product.TrainAsync("swapped", "a.csv", Reordered("colour", "x", "y"), SmallData.Regression);
        await product.TrainAsync("smaller", "a.csv", Reordered("x", "y"), SmallData.Regression);
        var body = """{"inputs": [{"name": "all", "shape": [1, 2], "datatype": "FP64", "data": [5, 7]}]}"""u8.ToArray();
        var champion = (await product.Predictions.FindAsync("champion", null, Cancelled)).Served!;
        Assert.Equal(["x", "colour"], champion.Signature.Features.Select(f => f.Name));
        var call = new PredictCall(body, new InferenceReader(champion, maxRows: 1).Read(body)!, default);

        async Task<PredictOutcome> AskAsync(string model) =>
            product.Predictions.PredictBy((await product.Predictions.FindAsync(model, null, Cancelled)).Served!, call);

        var swapped = Assert.IsType<PredictOutcome.Answered>(await AskAsync("swapped"));
        Assert.Equal(
            await RowsAsync(product, """{"colour": "7", "x": 5}""", "swapped"),
            Numbers(Output(JsonDocument.Parse(swapped.Json).RootElement, "value")));
        var smaller = Assert.IsType<PredictOutcome.Invalid>(await AskAsync("smaller"));
        var text = InferenceErrorText.Of(smaller.Errors);
        Assert.Equal("colour: expected a field of the model (x), found an unknown field.", text);
    }

    private static async Task<Product> CodesAsync()
    {
        const string definition = """
            {"label": "y", "task": "regression", "training": {"trainers": ["linear"], "trials": 1}, "features": [
              {"name": "a", "type": "numeric"}, {"name": "b", "type": "boolean"},
              {"name": "c", "type": "timestamp"}, {"name": "d", "type": "categorical"}]}
            """;
        var product = NewProduct();
        await product.TrainAsync("codes", "a.csv", Codes(), definition);
        return product;
    }

    /// <summary>The columns of a small file, in another order.</summary>
    private static string Reordered(params string[] names)
    {
        string[][] rows = [.. SmallData.Line(3).TrimEnd().Split('\n').Select(line => line.Split(','))];
        int[] order = [.. names.Select(name => rows[0].IndexOf(name))];
        return string.Join('\n', rows.Select(row => string.Join(',', order.Select(c => row[c]))));
    }

    private static string Codes()
    {
        var random = new SplitMix64(4);
        var csv = new StringBuilder("a,b,c,d,y\n");
        for (var i = 0; i < 200; i++)
        {
            var (a, b, d) = (random.NextDouble() * 10, random.NextInt32(2), 1 + random.NextInt32(3));
            var c = new DateTime(2026, 1, 1).AddHours(random.NextInt32(5000));
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{a:0.##},{(b == 1 ? "true" : "false")},{c:yyyy-MM-ddTHH:mm:ssZ},{d},"
                + $"{(2 * a) + b + (3 * d) + random.NextDouble():0.##}\n");
        }

        return csv.ToString();
    }

    private static async Task<double[]> RowsAsync(Product product, string body, string model = "things")
    {
        var answered = Assert.IsType<PredictOutcome.Answered>(await product.PredictAsync(model, body));
        return [.. JsonDocument.Parse(answered.Json).RootElement.GetProperty("predictions").EnumerateArray().Select(
            p => p.GetProperty("value").GetDouble())];
    }

    private static async Task<ModelMetadata> DescribeAsync(Product product, string model) =>
        (await product.Get<OpenInferenceService>().DescribeAsync(model, null, Cancelled)).Metadata!;

    private static JsonElement Output(JsonElement answer, string name) =>
        answer.GetProperty("outputs").EnumerateArray().Single(o => Text(o, "name") == name);

    private static double[] Numbers(JsonElement output) =>
        [.. output.GetProperty("data").EnumerateArray().Select(v => v.GetDouble())];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
