using System.Text.Json;
using Serverless.Functions.Tests.Hosting.Rpc;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>The messages that an invocation put out.</summary>
internal static class QueueOutputs
{
    /// <returns>Each message and its queue. As in the official host, each element of an array is a message.</returns>
    public static IEnumerable<(string Queue, string Message)> Of(
        FunctionDescription function, InvocationResponse response)
    {
        foreach (var output in function.Bindings.Where(b => b.Is("queue")))
        {
            var value = output.Name == "$return"
                ? response.ReturnValue
                : response.OutputData.FirstOrDefault(o => o.Name == output.Name)?.Data;
            foreach (var message in Messages(value)) yield return (output["queueName"]!, message);
        }
    }

    private static List<string> Messages(TypedData? value) => value?.DataCase switch
    {
        null or TypedData.DataOneofCase.None => [],
        TypedData.DataOneofCase.String => [value.String],
        TypedData.DataOneofCase.Json => Elements(value.Json),
        var other => throw new NotSupportedException($"A queue's output: expected text or JSON, found {other}."),
    };

    private static List<string> Elements(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => [.. document.RootElement.EnumerateArray().Select(e => e.GetRawText())],
            _ => [json],
        };
    }
}
