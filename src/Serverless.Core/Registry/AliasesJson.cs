using System.Text.Json;
using Serverless.Learning.Models;

namespace Serverless.Core.Registry;

/// <summary>
/// Reads <c>aliases.json</c>, which <see cref="RegistryJson"/> writes; see <see cref="JsonFields"/> for why.
/// </summary>
internal static class AliasesJson
{
    public static Aliases Aliases(JsonFields json) => new()
    {
        Champion = json.FindInt("champion"),
        Challenger = json.FindInt("challenger"),
        Previous = json.FindInt("previous"),
        // Most models never had one: its metadata is not in the way of their start.
        Rollout = json.TryFind("rollout", out var rollout) ? rollout.Deserialize(RegistryJson.Readable.Rollout) : null,
        History = json.FindAll("history", Change) ?? [],
    };

    private static AliasChange Change(JsonFields json) => new(
        json["at"].GetDateTimeOffset(),
        json.Text("alias") switch
        {
            "champion" => Alias.Champion,
            "challenger" => Alias.Challenger,
            "previous" => Alias.Previous,
            var other => throw new JsonException($"Expected an alias, found '{other}'."),
        },
        json.FindInt("from"),
        json.FindInt("to"),
        json.Text("by"),
        json.Text("reason"));
}
