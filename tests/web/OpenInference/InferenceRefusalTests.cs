using System.Text;
using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Learning.Numerics;
using Serverless.Tests;
using Serverless.Web.OpenInference;
using static Serverless.Web.Tests.OpenInference.InferenceProduct;

namespace Serverless.Web.Tests.OpenInference;

public sealed class InferenceRefusalTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT8", "-128", "-129")]
    [InlineData("INT8", "127", "128")]
    [InlineData("INT16", "32767", "32768")]
    [InlineData("INT32", "-2147483648", "2147483648")]
    [InlineData("INT64", "9223372036854775807", "9223372036854775808")]
    [InlineData("UINT8", "255", "-1")]
    [InlineData("UINT16", "65535", "65536")]
    [InlineData("UINT32", "4294967295", "4294967296")]
    [InlineData("UINT64", "18446744073709551615", "18446744073709551616")]
    [InlineData("INT64", "1", "1.5")]
    [InlineData("FP16", "65504", "65520")]
    [InlineData("FP32", "3.4028235e38", "3.5e38")]
    [InlineData("FP64", "1e308", "1e309")]
    [InlineData("FP64", "null", "true")]
    [InlineData("FP64", "1", "\"1\"")]
    public async Task A_value_has_to_be_one_of_its_datatype(string datatype, string good, string bad)
    {
        await using var product = NewProduct();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3), SmallData.Regression);
        string Body(string value) =>
            $$"""{"inputs": [{"name": "x", "shape": [1], "datatype": "{{datatype}}", "data": [{{value}}]}]}""";

        await InferAsync(product, Body(good), "lines");
        var error = (await RefuseAsync(product, Body(bad), "lines")).Errors[0];

        Assert.Equal(
            ("/inputs/0/data/0", true), (error.Pointer, error.Expected.Contains(datatype, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "The body: expected JSON: an object with inputs, found an error at line 1, byte 1")]
    [InlineData("[]", "The body: expected an object with inputs, found an array.")]
    [InlineData("{}", "/inputs: expected an array of tensors, found nothing.")]
    [InlineData("""{"inputs": []}""", "/inputs: expected at least one tensor, found an empty array.")]
    [InlineData("""{"inputs": [3]}""", "/inputs/0: expected an object, found the number 3.")]
    [InlineData("""{"inputs": [{}]}""", "/inputs/0/name: expected the tensor's name, found nothing.")]
    [InlineData("""{"inputs": [], "inputs": []}""", "/inputs: expected the member once, found a second one.")]
    [InlineData("""{"input": []}""", "/input: expected id, parameters, inputs or outputs, found an unknown member.")]
    [InlineData("""{"id": 3, "inputs": []}""", "/id: expected a string of at most 200 bytes, found the number 3.")]
    [InlineData(
        """{"id": "\ud800", "inputs": []}""",
        "The body: expected surrogates in pairs, found one without the other, at byte 8.")]
    [InlineData(
        """{"\ud800a": 1, "inputs": []}""",
        "The body: expected surrogates in pairs, found one without the other, at byte 2.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [1], "datatype": "FP64", "data": ["\ud800"]}]}""",
        "/inputs/0/data/0: expected a number")]
    [InlineData(
        """{"inputs": [#], "outputs": [{"name": "label"}]}""",
        "/outputs/0/name: expected one of value, id, found 'label'.")]
    [InlineData("""{"inputs": [#, #]}""", "/inputs/1/name: expected each tensor once, found 'size' again.")]
    [InlineData(
        """{"inputs": [#, {"name": "flag", "shape": [2], "datatype": "BOOL", "data": [true, true]}]}""",
        "/inputs/1/shape: expected [1] or [1, 1], with the rows of the first tensor, found [2].")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2, 2], "datatype": "FP64", "data": [1, 2, 3, 4]}]}""",
        "/inputs/0/shape: expected [n] or [n, 1], found [2, 2].")]
    [InlineData(
        """{"inputs": [{"name": "Size", "shape": [1], "datatype": "FP64", "data": [1]}]}""",
        "/inputs/0: expected 'size' perhaps, or a single tensor of shape [n, 4], found 'Size' of shape [1].")]
    [InlineData(
        """{"inputs": [#, {"name": "Flag", "shape": [1], "datatype": "BOOL", "data": [true]}]}""",
        "/inputs/1/name: expected 'flag' perhaps, found 'Flag'.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [-1], "datatype": "FP64", "data": [1]}]}""",
        "/inputs/0/shape: expected an array of one or two whole numbers from 1, found the number -1.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [1, 1, 1], "datatype": "FP64", "data": [1]}]}""",
        "/inputs/0/shape: expected an array of one or two whole numbers from 1, found more dimensions.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [1000000], "datatype": "FP64", "data": [1]}]}""",
        "/inputs/0/shape: expected at most 10000 rows, found [1000000].")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2], "datatype": "FP64", "data": [1]}]}""",
        "/inputs/0/data: expected 2 values, as the shape says, found fewer.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2], "datatype": "FP64", "data": [1.00]}]}""",
        "/inputs/0/data: expected 2 values, as the shape says, found 1.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2], "datatype": "FP64", "data": [1, 2, 3]}]}""",
        "/inputs/0/data: expected 2 values, as the shape says, found more.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2], "datatype": "FP64", "data": [[1], [2]]}]}""",
        "/inputs/0/data/0: expected a number from -1.7976931348623157E+308 to 1.7976931348623157E+308, or null, "
        + "since the datatype is FP64, found an array.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2, 1], "datatype": "FP64", "data": [[1, 2]]}]}""",
        "/inputs/0/data/2: expected 1 values in each row, as the shape says, found 2.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2, 1], "datatype": "FP64", "data": [[1], 2]}]}""",
        "/inputs/0/data/1: expected an array of a row's values, found the number 2.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [1], "datatype": "BF16", "data": [1]}]}""",
        "/inputs/0/datatype: expected one of BOOL, BYTES, FP16, FP32, FP64, INT16, INT32, INT64, INT8, UINT16, "
        + "UINT32, UINT64, UINT8, found 'BF16'.")]
    [InlineData(
        """
        {"inputs": [{"name": "size", "shape": [1], "datatype": "BYTES", "data": ["NA=="],
         "parameters": {"content_type": "base64"}}]}
        """,
        "/inputs/0/parameters/content_type: expected unencoded values, found base64.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}]}""",
        "/inputs/0/data: expected the tensor's values as JSON, found nothing.")]
    [InlineData(
        """{"inputs": [{"name": "size", "shape": [2], "datatype": "FP64", "data": [1, 11]}]}""",
        "size, row 1: expected 0 to 10, found the number 11.")]
    [InlineData(
        """{"inputs": [{"name": "flag", "shape": [1], "datatype": "FP64", "data": [0.5]}]}""",
        "flag, row 0: expected a boolean or null, found the number 0.5.")]
    [InlineData(
        """{"inputs": [{"name": "flag", "shape": [1], "datatype": "BOOL", "data": [true]}]}""",
        "size, row 0: expected a finite number, since the field is required, found nothing.")]
    [InlineData(
        """{"inputs": [#, {"name": "day", "shape": [1], "datatype": "FP64", "data": [1e300]}]}""",
        "day, row 0: expected a timestamp such as \"2026-01-31T08:15:00Z\" or null, found the number 1e300.")]
    [InlineData(
        """{"inputs": [#, {"name": "colour", "shape": [1], "datatype": "BYTES", "data": ["\udc00"]}]}""",
        "/inputs/1/data/0: expected a string or null, since the datatype is BYTES, found a string.")]
    public async Task What_is_wrong_with_a_request_is_told_in_one_text(string body, string expected)
    {
        await using var product = await EveryTypeAsync();
        body = body.Replace(
            "#", """{"name": "size", "shape": [1], "datatype": "FP64", "data": [1]}""", StringComparison.Ordinal);

        var text = InferenceErrorText.Of((await RefuseAsync(product, body)).Errors);

        Assert.StartsWith(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mangled_requests_are_answered_or_refused_and_nothing_else()
    {
        await using var product = await EveryTypeAsync();
        var good = Encoding.UTF8.GetBytes(
            """{"id":"42","inputs":[{"name":"size","shape":[2,1],"datatype":"FP64","data":[[4.5],[1e0]]},"""
            + """{"name":"day","shape":[2],"datatype":"INT64","data":[1772352000,null]},"""
            + """{"name":"colour","shape":[2],"datatype":"BYTES","data":["r\u0065d",null]}],"outputs":"""
            + """[{"name":"value"}]}""");
        string[] pieces =
        [
            "null",
            "1e999",
            "-0",
            "[",
            "]",
            "{",
            "}",
            "\"\\ud800\"",
            "\"",
            ",",
            "9223372036854775807",
            "\u00ff",
            "true",
            "[[[[[[[[[[[[[[[[["
        ];
        var random = new SplitMix64(7);
        var (answered, refused) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var body = good.ToList();
            for (var edits = 1 + random.NextInt32(3); edits > 0; edits--)
            {
                var at = random.NextInt32(body.Count);
                var length = Math.Min(random.NextInt32(6), body.Count - at);
                if (random.NextInt32(2) == 0) body.RemoveRange(at, length);
                if (random.NextInt32(3) > 0) body.InsertRange(
                    at, Encoding.Latin1.GetBytes(pieces[random.NextInt32(pieces.Length)]));
                else if (at < body.Count) body[at] = (byte)random.NextInt32(256);
                if (body.Count == 0) body.Add((byte)'x');
            }

            switch (await product.Get<OpenInferenceService>().InferAsync("things", null, body.ToArray(), Cancelled))
            {
                case PredictOutcome.Answered ok:
                    using (JsonDocument.Parse(ok.Json)) answered++;
                    ok.Answer.Dispose();
                    break;
                case PredictOutcome.Invalid invalid:
                    Assert.NotEmpty(InferenceErrorText.Of(invalid.Errors));
                    refused++;
                    break;
                case var other:
                    Assert.Fail($"{other.GetType().Name} for {Encoding.Latin1.GetString([.. body])}");
                    break;
            }
        }

        Assert.True(answered > 50 && refused > 10_000, $"{answered} answered, {refused} refused");
    }

    private static async Task<PredictOutcome.Invalid> RefuseAsync(
        Product product, string body, string model = "things") =>
        Assert.IsType<PredictOutcome.Invalid>(await OutcomeAsync(product, body, model, null));
}
