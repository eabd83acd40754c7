using System.Text;
using System.Text.Json;
using Serverless.Core.Serving;
using Serverless.Tests;
using Serverless.Web.OpenInference;

namespace Serverless.Web.Tests.OpenInference;

/// <summary>Products that are asked over the Open Inference Protocol.</summary>
internal static class InferenceProduct
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Product NewProduct(string? folder = null, ServingOptions? options = null) =>
        new(services => services.AddServerlessWeb(), folder, options: options);

    public static async Task<Product> EveryTypeAsync()
    {
        var product = NewProduct();
        await product.TrainAsync("things", "a.csv", SmallData.EveryType(), SmallData.EveryTypeDefinition);
        return product;
    }

    public static async Task<JsonElement> InferAsync(
        Product product, string body, string model = "things", int? version = null)
    {
        var outcome = await OutcomeAsync(product, body, model, version);
        Assert.False(outcome is PredictOutcome.Invalid, (outcome as PredictOutcome.Invalid)?.Errors[0].ToString());
        return JsonDocument.Parse(Assert.IsType<PredictOutcome.Answered>(outcome).Json).RootElement;
    }

    public static async Task<PredictOutcome> OutcomeAsync(Product product, string body, string model, int? version) =>
        await product.Get<OpenInferenceService>().InferAsync(model, version, Encoding.UTF8.GetBytes(body), Cancelled);
}
