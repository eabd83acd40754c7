namespace Serverless.Registry;

/// <summary>
/// <c>aliases.json</c>: which version plays which part. The only mutable thing of a model's registry, changed by
/// compare-and-swap on its ETag, so that all instances agree.
/// </summary>
public sealed record Aliases
{
    /// <summary>Answers predictions.</summary>
    public int? Champion { get; init; }

    /// <summary>Passed the gate and waits for approval.</summary>
    public int? Challenger { get; init; }

    /// <summary>Was champion before the present one: what a roll-back returns to.</summary>
    public int? Previous { get; init; }

    /// <summary>Newest last; the last <see cref="MaxHistory"/> changes.</summary>
    public IReadOnlyList<AliasChange> History { get; init; } = [];

    public const int MaxHistory = 100;

    /// <summary>The version an alias names, null where it names none.</summary>
    public int? Resolve(Alias alias) => alias switch
    {
        Alias.Champion => Champion,
        Alias.Challenger => Challenger,
        Alias.Previous => Previous,
        _ => throw new ArgumentOutOfRangeException(nameof(alias)),
    };

    /// <summary>These aliases after <paramref name="version"/> has become champion.</summary>
    internal Aliases WithChampion(int version, AliasChange change) => this with
    {
        Champion = version,
        Previous = Champion ?? Previous,
        Challenger = Challenger == version ? null : Challenger,
        History = Append(change),
    };

    internal Aliases WithChallenger(int version, AliasChange change) => this with
    {
        Challenger = version,
        History = Append(change),
    };

    private IReadOnlyList<AliasChange> Append(AliasChange change) => [.. History.TakeLast(MaxHistory - 1), change];
}

[JsonConverter(typeof(CamelCaseConverter<Alias>))]
public enum Alias { Champion, Challenger, Previous }

/// <param name="By">"gate" or whoever called the API.</param>
public sealed record AliasChange(DateTimeOffset At, Alias Alias, int? From, int To, string By, string Reason);

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
