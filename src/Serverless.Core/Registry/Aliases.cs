using Serverless.Learning.Definition;

namespace Serverless.Core.Registry;

/// <summary>
/// <c>aliases.json</c>: the roles of versions. The only mutable part of a model's registry, changed by compare-and-swap
/// on its ETag so that all instances agree.
/// </summary>
public sealed partial record Aliases
{
    /// <summary>The version that answers predictions.</summary>
    public int? Champion { get; init; }

    /// <summary>The version that is rolled out or waits for approval.</summary>
    public int? Challenger { get; init; }

    /// <summary>The champion before the present one, restored by a roll-back.</summary>
    public int? Previous { get; init; }

    /// <summary>The newest canary or shadow, live or ended; null without any.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>The last <see cref="MaxHistory"/> changes, newest last.</summary>
    /// <remarks>Source-generated JSON sets an absent property to null, whatever its initializer.</remarks>
    public IReadOnlyList<AliasChange> History { get; init => field = value ?? []; } = [];

    public const int MaxHistory = 100;

    /// <summary>The version of an alias; null if unset.</summary>
    public int? Resolve(Alias alias) => alias switch
    {
        Alias.Champion => Champion,
        Alias.Challenger => Challenger,
        Alias.Previous => Previous,
        _ => throw new ArgumentOutOfRangeException(nameof(alias)),
    };

    /// <summary>Whether a version has the alias or ever had it.</summary>
    public bool Has(Alias alias, int version) =>
        Resolve(alias) == version || History.Any(c => c.Alias == alias && c.To == version);

    /// <summary>
    /// The versions that may answer, best first: the champion; the champions before it, as roll-backs would reach them;
    /// then those that a roll-back left, newest first.
    /// </summary>
    internal IReadOnlyList<int> Champions()
    {
        if (Champion is not { } champion) return [];
        var (standing, left) = (new List<int>(), new List<int>());
        foreach (var to in History.Where(c => c.Alias == Alias.Champion).Select(c => c.To).OfType<int>())
        {
            if (standing.IndexOf(to) is var place and >= 0)
            {
                // A roll-back to it: what came after was left.
                left.AddRange(standing[(place + 1)..]);
                standing.RemoveRange(place + 1, standing.Count - place - 1);
                continue;
            }

            standing.Add(to);
        }

        standing.Reverse();
        left.Reverse();
        int[] all = [champion, .. standing, .. Previous is { } previous ? [previous] : Array.Empty<int>(), .. left];
        return [.. all.Distinct()];
    }

    /// <summary>Applies a change.</summary>
    internal Aliases With(AliasChange change)
    {
        var changed = Remember(change);
        return change.Alias switch
        {
            Alias.Champion => changed with
            {
                Champion = change.To,
                Previous = Champion == change.To ? Previous : Champion ?? Previous,
                Challenger = Challenger == change.To || LiveRollout is not null ? null : Challenger,
                Rollout = EndedBy(change),
            },
            Alias.Challenger => changed with { Challenger = change.To, Rollout = EndedBy(change) },
            _ => throw new ArgumentException("'previous' cannot be set: it follows the champion.", nameof(change)),
        };
    }
}

[JsonConverter(typeof(CamelCaseConverter<Alias>))]
public enum Alias { Champion, Challenger, Previous }

/// <param name="By">"gate", "rollout" or the caller of the API.</param>
/// <param name="To">Null if the alias was cleared.</param>
public sealed record AliasChange(DateTimeOffset At, Alias Alias, int? From, int? To, string By, string Reason);

/// <summary>The result of a request to change an alias.</summary>
public enum AliasOutcome
{
    Changed,

    /// <summary>The alias already named that version.</summary>
    Unchanged,

    /// <summary>There is no such version.</summary>
    NoSuchVersion,

    /// <summary>The champion is no longer the one that the decision was made against.</summary>
    ChampionChanged,
}
