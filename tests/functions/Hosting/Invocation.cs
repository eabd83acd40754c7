using Serverless.Functions.Tests.Hosting.Rpc;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>What a trigger gives a function.</summary>
/// <param name="Input">The value of the trigger's parameter.</param>
/// <param name="Metadata">Values by name, for the function's other parameters.</param>
internal sealed record TriggerData(TypedData Input, IReadOnlyDictionary<string, TypedData> Metadata);

/// <summary>One invocation and how it ended.</summary>
internal sealed record Invocation(string Function, InvocationResponse Response)
{
    public StatusResult.Types.Status Status => Response.Result.Status;

    public bool Succeeded => Status == StatusResult.Types.Status.Success;

    public override string ToString() =>
        $"{Function}: {Status} {Response.Result.Exception?.Message}\n{Response.Result.Exception?.StackTrace}";
}
