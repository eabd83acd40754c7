using System.Text;
using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Tests;

namespace Serverless.Core.Tests.Serving;

public sealed class PredictServiceTests
{
    [Fact]
    public async Task A_regression_answers_a_value_with_the_version_and_an_id()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);

        var (text, json) = await AnswerAsync(product, "lines", """{"x": 5, "colour": "red"}""");

        Assert.StartsWith("""{"model":"lines","version":1,"predictions":[{"id":""", text, StringComparison.Ordinal);
        var prediction = Assert.Single(json.GetProperty("predictions").EnumerateArray().ToList());
        Assert.Equal(["id", "value"], prediction.EnumerateObject().Select(p => p.Name));
        Assert.Equal(15, prediction.GetProperty("value").GetDouble(), 0.5);
    }

    [Fact]
    public async Task A_binary_model_answers_a_label_and_both_probabilities_and_names_are_not_escaped()
    {
        await using var product = new Product();
        await product.TrainAsync("people", "a.csv", SmallData.Classes(1, "<=50K", ">50K"), SmallData.Binary);

        var (text, json) = await AnswerAsync(product, "people", """[{"x": 0.5}, {"x": 9.5}]""");

        var predictions = json.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(["<=50K", ">50K"], predictions.Select(p => p.GetProperty("label").GetString()));
        Assert.All(
            predictions,
            p => Assert.Equal(
                1, p.GetProperty("probabilities").EnumerateObject().Sum(c => c.Value.GetDouble()), 1e-12));
        Assert.True(predictions[1].GetProperty("probabilities").GetProperty(">50K").GetDouble() > 0.5);
        Assert.Contains("\">50K\":", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_multiclass_model_answers_the_likeliest_label_and_a_probability_for_each()
    {
        await using var product = new Product();
        await product.TrainAsync("bands", "a.csv", SmallData.Classes(1, "low", "middle", "high"), SmallData.Multiclass);

        var (_, json) = await AnswerAsync(product, "bands", """[{"x": 0.2}, {"x": 9.8}]""");

        var predictions = json.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(["low", "high"], predictions.Select(p => p.GetProperty("label").GetString()));
        var probabilities = predictions[0].GetProperty("probabilities").EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.GetDouble());
        Assert.Equal(["high", "low", "middle"], probabilities.Keys.Order());
        Assert.Equal("low", probabilities.MaxBy(p => p.Value).Key);
        Assert.Equal(1, probabilities.Values.Sum(), 1e-12);
    }

    [Theory]
    [InlineData("", "", "JSON: an object, or an array of objects", "an error at line 1, byte 1")]
    [InlineData("{", "", "JSON: an object, or an array of objects", "an error at line 1")]
    [InlineData("7", "", "an object, or an array of objects", "the number 7")]
    [InlineData("[]", "", "at least one row", "an empty array")]
    [InlineData("""{"size": 1} {}""", "", "JSON", "an error at line 1, byte 13")]
    [InlineData("""[{"size": 1}, 3]""", "/1", "an object", "the number 3")]
    [InlineData("""{"size": "big"}""", "/size", "a finite number or null", "the string \"big\"")]
    [InlineData("""{"size": 1e999}""", "/size", "a finite number or null", "the number 1e999")]
    [InlineData("""{"size": 11}""", "/size", "0 to 10", "the number 11")]
    [InlineData("""{}""", "/size", "a finite number, since the field is required", "nothing")]
    [InlineData("""[{"size": 1}, {"size": null}]""", "/1/size", "a finite number, since the field is required", "null")]
    [InlineData("""{"size": 1, "size": 2}""", "/size", "each field once", "a duplicate")]
    [InlineData("""{"size": 1, "flag": "perhaps"}""", "/flag", "a boolean or null", "the string \"perhaps\"")]
    [InlineData(
        """{"size": 1, "day": "yesterday"}""",
        "/day",
        "a timestamp such as \"2026-01-31T08:15:00Z\" or null",
        "the string \"yesterday\"")]
    [InlineData("""{"size": 1, "colour": "mauve"}""", "/colour", "one of red, green, blue", "the string \"mauve\"")]
    [InlineData("""{"size": 1, "colour": ["red"]}""", "/colour", "a string or null", "an array")]
    [InlineData("""{"size": 1, "Colour": "red"}""", "/Colour", "'colour' perhaps", "an unknown field")]
    [InlineData(
        """{"size": 1, "a/b~c": 1}""",
        "/a~1b~0c",
        "a field of the model (day, flag, size, colour)",
        "an unknown field")]
    [InlineData("""{"size": 1, "note": {"deep": 1}}""", "/note", "a string, a number, a boolean or null", "an object")]
    [InlineData("""{"size": 1, "key": true}""", "/key", "a string or a number of at most 200 bytes, or null", "true")]
    [InlineData("""{"size": 1, "note": "\ud800"}""", "", "surrogates in pairs", "one without the other, at byte 21")]
    [InlineData("""{"size": 1, "colour": "\udc00"}""", "", "surrogates in pairs", "one without the other, at byte 23")]
    [InlineData("""{"\ud800a":1}""", "", "surrogates in pairs", "one without the other, at byte 2")]
    [InlineData("""{"columns\ud800": {}}""", "", "surrogates in pairs", "one without the other, at byte 2")]
    [InlineData(
        """[{"size": 1, "\ud83d\ude00\ude00": 1}]""", "", "surrogates in pairs", "one without the other, at byte 14")]
    [InlineData(
        """{"columns": {"size": [1], "\udc00": [1]}}""",
        "",
        "surrogates in pairs",
        "one without the other, at byte 27")]
    public async Task What_is_wrong_with_a_field_names_the_place_what_was_expected_and_what_was_found(
        string body, string pointer, string expected, string found)
    {
        await using var product = await EveryTypeAsync();

        var invalid = Assert.IsType<PredictOutcome.Invalid>(await product.PredictAsync("things", body));

        Assert.Equal((pointer, true, true), (
            invalid.Errors[0].Pointer,
            invalid.Errors[0].Expected.StartsWith(expected, StringComparison.Ordinal),
            invalid.Errors[0].Found.StartsWith(found, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_numbers_as_long_as_the_body_are_refused()
    {
        await using var product = await EveryTypeAsync();
        byte[] body = [.. "{\"size\": 1, \"note\": \""u8, 0xFF, .. "\"}"u8];

        var outcome = await product.Predictions.PredictAsync("things", body, TestContext.Current.CancellationToken);
        var notText = Assert.IsType<PredictOutcome.Invalid>(outcome);
        Assert.Equal("text in UTF-8", notText.Errors[0].Expected);

        var longId = $$"""{"size": 1, "key": {{new string('9', 201)}}}""";
        Assert.Equal(
            "/key",
            Assert.IsType<PredictOutcome.Invalid>(await product.PredictAsync("things", longId)).Errors[0].Pointer);
    }

    [Fact]
    public async Task A_body_that_is_wrong_throughout_is_told_so_by_its_first_errors_and_too_many_rows_are_refused()
    {
        await using var product = await EveryTypeAsync(new ServingOptions { MaxRows = 100 });

        var wrong = await product.PredictAsync("things", $"[{string.Join(',', Enumerable.Repeat("{}", 100))}]");
        Assert.Equal(FieldError.MaxCount, Assert.IsType<PredictOutcome.Invalid>(wrong).Errors.Count);

        var tooMany = await product.PredictAsync(
            "things", $"[{string.Join(',', Enumerable.Repeat("{\"size\":1}", 101))}]");
        Assert.Equal("at most 100 rows", Assert.Single(Assert.IsType<PredictOutcome.Invalid>(tooMany).Errors).Expected);
    }

    [Fact]
    public async Task A_row_goes_by_the_id_of_its_id_column_and_else_by_one_that_is_unique()
    {
        await using var product = await EveryTypeAsync();

        var (_, json) = await AnswerAsync(
            product,
            "things",
            """[{"size": 1, "key": "mine"}, {"size": 1, "key": 17}, {"size": 1}, {"size": 1, "key": ""}, {"size": 1, "key": null}]""");

        var ids = json.GetProperty("predictions").EnumerateArray().Select(
            p => p.GetProperty("id").GetString()!).ToList();
        Assert.Equal(["mine", "17"], ids.Take(2));
        Assert.Equal(5, ids.Distinct().Count());
        Assert.DoesNotContain("", ids);
    }

    [Fact]
    public async Task A_value_means_in_a_request_what_it_meant_in_the_file()
    {
        await using var product = await EveryTypeAsync();
        var (_, json) = await AnswerAsync(product, "things", """
            [{"size": 4, "flag": true, "colour": "red", "day": "2026-03-01T08:00:00Z", "note": "n1", "y": 3},
             {"note": null, "day": "2026-03-01 08:00:00", "colour": "\u0072ed", "flag": true, "size": 4.0},
             {"size": 4, "flag": false, "colour": "NA", "day": null}]
            """);
        var values = json.GetProperty("predictions").EnumerateArray().Select(
            p => p.GetProperty("value").GetDouble()).ToList();
        Assert.Equal(values[0], values[1]);
        Assert.NotEqual(values[0], values[2]);
    }

    [Fact]
    public async Task Columns_are_answered_as_the_same_rows_are_and_logged_as_rows()
    {
        await using var product = await EveryTypeAsync();
        var (_, rows) = await AnswerAsync(product, "things", """
            [{"size": 4, "colour": "red", "flag": true, "key": "a", "note": 1}, {"size": 5.5, "colour": null, "flag": false, "key": "b", "note": "x"}]
            """);
        var (_, columns) = await AnswerAsync(product, "things", """
            {"columns": {"size": [4, 5.5], "colour": ["red", null], "flag": [true, false], "key": ["a", "b"], "note": [1, "x"]}}
            """);
        Assert.Equal(rows.GetProperty("predictions").GetRawText(), columns.GetProperty("predictions").GetRawText());

        await product.Get<PredictionLog>().FlushAsync(TestContext.Current.CancellationToken);
        var sketch = JsonDocument.Parse(
            await product.ReadAsync(Assert.Single(await product.ListAsync("predictions/things/")))).RootElement;
        var sample = sketch.GetProperty("sample").EnumerateArray().Select(
            s => s.GetProperty("row").GetRawText()).ToList();
        Assert.Equal(4, sample.Count);
        Assert.Equal(2, sample.Count(row => JsonElement.DeepEquals(
            JsonDocument.Parse(row).RootElement,
            JsonDocument.Parse(
                """{"size": 5.5, "colour": null, "flag": false, "key": "b", "note": "x"}""").RootElement)));
    }

    [Theory]
    [InlineData("""{"columns": {}}""", "/columns", "at least one row")]
    [InlineData("""{"columns": {"size": []}}""", "/columns", "at least one row")]
    [InlineData("""{"columns": {"size": 1}}""", "/columns/size", "an array of values")]
    [InlineData(
        """{"columns": {"size": [1, 2], "flag": [true]}}""", "/columns/flag", "2 values, as the first column has")]
    [InlineData(
        """{"columns": {"size": [1], "flag": [true, true]}}""", "/columns/flag", "1 values, as the first column has")]
    [InlineData("""{"columns": {"size": [1, "x"]}}""", "/columns/size/1", "a finite number or null")]
    [InlineData("""{"columns": {"size": [1], "size": [2]}}""", "/columns/size", "each column once")]
    [InlineData("""{"columns": {"size": [1], "sise": [2]}}""", "/columns/sise", "a field of the model")]
    [InlineData(
        """{"columns": {"flag": [true, false]}}""", "/columns/size/0", "a finite number, since the field is required")]
    [InlineData("""{"columns": {"size": [1]}, "more": 1}""", "", "no field but \"columns\"")]
    [InlineData("""{"columns": {"size": [1]""", "", "JSON: an object")]
    [InlineData("""{"columns": [1]}""", "/columns", "a field of the model")]
    public async Task What_is_wrong_with_columns_names_the_column_and_the_row(
        string body, string pointer, string expected)
    {
        await using var product = await EveryTypeAsync();
        var error = Assert.IsType<PredictOutcome.Invalid>(await product.PredictAsync("things", body)).Errors[0];
        Assert.Equal(pointer, error.Pointer);
        Assert.StartsWith(expected, error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_nobody_knows_and_one_without_a_version_are_told_apart()
    {
        await using var product = new Product();
        await product.WriteAsync(BlobPaths.Definition("later"), "{}");

        Assert.IsType<PredictOutcome.UnknownModel>(await product.PredictAsync("nothing", "{}"));
        Assert.IsType<PredictOutcome.UnknownModel>(await product.PredictAsync("../later", "{}"));
        Assert.IsType<PredictOutcome.NoVersionYet>(await product.PredictAsync("later", "{}"));
    }

    private static async Task<Product> EveryTypeAsync(ServingOptions? options = null)
    {
        var product = new Product(options: options);
        await product.TrainAsync("things", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);
        return product;
    }

    private static async Task<(string Text, JsonElement Json)> AnswerAsync(Product product, string model, string body)
    {
        var outcome = await product.PredictAsync(model, body);
        var answered = Assert.IsType<PredictOutcome.Answered>(outcome);
        return (Encoding.UTF8.GetString(answered.Json.Span), JsonDocument.Parse(answered.Json).RootElement);
    }
}
