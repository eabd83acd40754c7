using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BareFunction;

/// <summary>The cost of the isolated worker itself: parses a row of 28 numbers and answers a constant.</summary>
public sealed class BareFunctions
{
    private static readonly byte[] _answer =
    [
        .. "{\"model\":\"bare\",\"version\":1,\"predictions\":["u8,
        .. "{\"id\":\"0\",\"label\":\"yes\",\"probabilities\":{\"no\":0.25,\"yes\":0.75}}]}"u8,
    ];

    [Function("predict")]
    public static async Task<IResult> PredictAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "predict")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var row = await JsonSerializer.DeserializeAsync(
            request.BodyReader, BareEndpoint.RowJson.Default.Row, cancellationToken);
        return row is null ? Results.BadRequest() : Results.Bytes(_answer, "application/json");
    }
}
