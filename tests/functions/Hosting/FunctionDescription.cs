using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting.Rpc;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>A function as the worker describes it to the host.</summary>
/// <param name="ScriptFile">The assembly that holds it.</param>
internal sealed record FunctionDescription(
    string Name, string Id, string ScriptFile, string EntryPoint, IReadOnlyList<Binding> Bindings)
{
    public Binding Trigger => Bindings.First(b => b.IsTrigger);

    public static FunctionDescription Of(RpcFunctionMetadata metadata) => new(
        metadata.Name,
        metadata.FunctionId,
        metadata.ScriptFile,
        metadata.EntryPoint,
        [.. metadata.RawBindings.Select(Binding.Parse)]);

    /// <summary>What the host sends back to the worker, so that it loads the function.</summary>
    public FunctionLoadRequest ToLoadRequest()
    {
        var metadata = new RpcFunctionMetadata { Name = Name, EntryPoint = EntryPoint, ScriptFile = ScriptFile };
        foreach (var binding in Bindings)
        {
            var info = new BindingInfo { Type = binding.Type, Direction = binding.Direction };
            foreach (var (name, value) in binding.Properties) info.Properties.Add(name, value);
            metadata.Bindings.Add(binding.Name, info);
        }

        return new FunctionLoadRequest { FunctionId = Id, Metadata = metadata };
    }
}

/// <summary>One trigger, input or output of a function.</summary>
internal sealed class Binding(JsonObject raw)
{
    // As Newtonsoft's JSON reads it, which is the host's.
    private static readonly JsonNodeOptions Reading = new() { PropertyNameCaseInsensitive = true };

    public string Name => this["name"] ?? "";

    public string Type => this["type"] ?? "";

    public BindingInfo.Types.Direction Direction =>
        Enum.Parse<BindingInfo.Types.Direction>(this["direction"] ?? "in", ignoreCase: true);

    public bool IsTrigger => Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase);

    /// <summary>HTTP methods; none means any.</summary>
    public IReadOnlyList<string> Methods =>
        [.. (raw["methods"]?.AsArray() ?? []).Select(m => m!.ToString().ToUpperInvariant())];

    /// <summary>What the extension that made the binding adds for the worker.</summary>
    public IEnumerable<KeyValuePair<string, string>> Properties =>
        (raw["properties"]?.AsObject() ?? []).Select(p => KeyValuePair.Create(p.Key, p.Value?.ToString() ?? ""));

    /// <summary>Names and values of all that is text.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts => raw
        .Where(p => p.Value is JsonValue value && value.TryGetValue<string>(out _))
        .Select(p => KeyValuePair.Create(p.Key, p.Value!.ToString()));

    public string? this[string property] => raw[property]?.ToString();

    public bool Is(string type) => string.Equals(Type, type, StringComparison.OrdinalIgnoreCase);

    public static Binding Parse(string json) => new(JsonNode.Parse(json, Reading)!.AsObject());
}
