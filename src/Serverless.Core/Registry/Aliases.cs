using Serverless.Learning.Definition;

namespace Serverless.Core.Registry;

/// <summary>
/// <c>aliases.json</c>: which version plays which part. The only mutable thing of a model's registry, changed by
/// compare-and-swap on its ETag, so that all instances agree.
/// </summary>
public sealed partial record Aliases
{
    /// <summary>Answers predictions.</summary>
    public int? Champion { get; init; }

    /// <summary>Passed the gate and is rolled out, or waits for approval.</summary>
    public int? Challenger { get; init; }

    /// <summary>Was champion before the present one: what a roll-back returns to.</summary>
    public int? Previous { get; init; }

    /// <summary>The newest canary or shadow, live or ended; null where there was none.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>Newest last; the last <see cref="MaxHistory"/> changes.</summary>
    /// <remarks>Source-generated JSON sets a property that is absent to null, whatever its initialiser says.</remarks>
    public IReadOnlyList<AliasChange> History { get; init => field = value ?? []; } = [];

    public const int MaxHistory = 100;

    /// <summary>The version an alias names, null where it names none.</summary>
    public int? Resolve(Alias alias) => alias switch
    {
        Alias.Champion => Champion,
        Alias.Challenger => Challenger,
        Alias.Previous => Previous,
        _ => throw new ArgumentOutOfRangeException(nameof(alias)),
    };

    /// <summary>Whether a version plays a part, or has played it before.</summary>
    public bool Has(Alias alias, int version) =>
        Resolve(alias) == version || History.Any(c => c.Alias == alias && c.To == version);

    /// <summary>These aliases after a change.</summary>
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
            _ => throw new ArgumentException("'previous' follows the champion by itself.", nameof(change)),
        };
    }
}

[JsonConverter(typeof(CamelCaseConverter<Alias>))]
public enum Alias { Champion, Challenger, Previous }

/// <param name="By">"gate", "rollout" or whoever called the API.</param>
/// <param name="To">Null where the alias names none from then on.</param>
public sealed record AliasChange(DateTimeOffset At, Alias Alias, int? From, int? To, string By, string Reason);

/// <summary>How a wish to change an alias ended.</summary>
public enum AliasOutcome
{
    Changed,

    /// <summary>It named that version already.</summary>
    Unchanged,

    /// <summary>There is no such version.</summary>
    NoSuchVersion,

    /// <summary>The champion is not the one that the decision was made against.</summary>
    ChampionChanged,
}
