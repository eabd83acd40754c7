using System.Text.Json;
using Serverless.Learning.Models;

namespace Serverless.Core.Registry;

/// <summary>
/// Parses <c>aliases.json</c>, written by <see cref="RegistryJson"/>; see <see cref="JsonFields"/> for the reason.
/// </summary>
internal static class AliasesJson
{
    public static Aliases Aliases(JsonFields json) => new()
    {
        Champion = json.FindInt("champion"),
        Challenger = json.FindInt("challenger"),
        Previous = json.FindInt("previous"),
        // Most models have none, so its JSON metadata is not loaded at start-up.
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
