using Serverless.Learning.History;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tests.History;

/// <summary>
/// Parts made of events that are known, so that what should count is known too: each event once, however often files
/// repeat it, and each one of equal events.
/// </summary>
internal sealed class GeneratedHistory
{
    private readonly List<Event> _events = [];
    private readonly List<List<Event>> _parts = [];
    private readonly SplitMix64 _random;
    private readonly int _values;
    private readonly bool _hasTime;
    private readonly long _tick;

    /// <param name="values">Different rows but for the time; 0: each row differs.</param>
    /// <param name="perDay">Events of a day.</param>
    /// <param name="dates">Whether times are whole days.</param>
    private GeneratedHistory(ulong seed, int values, bool hasTime, int perDay = 30, bool dates = false)
    {
        (_random, _values, _hasTime) = (new SplitMix64(seed), values, hasTime);
        PerDay = perDay;
        _tick = dates ? perDay : 1;
    }

    public int PerDay { get; }

    public IReadOnlyList<PartRows> Parts =>
    [
        .. _parts.Select((events, i) => new PartRows(
            $"part-{i}.csv", [.. events.Select(e => e.Row)], null, _hasTime ? [.. events.Select(e => e.Time)] : null)),
    ];

    /// <summary>How often each row should count.</summary>
    public Dictionary<ulong, int> Truth =>
        _parts.SelectMany(p => p).Distinct().GroupBy(e => e.Row).ToDictionary(g => g.Key, g => g.Count());

    /// <summary>How often each row counts.</summary>
    public Dictionary<ulong, int> Counted(HistoryResult result) => _parts
        .SelectMany((events, i) => result.Parts[i].Rows is { } rows ? rows.Select(r => events[r]) : events)
        .GroupBy(e => e.Row).ToDictionary(g => g.Key, g => g.Count());

    public bool IsRight(HistoryResult result)
    {
        var (truth, counted) = (Truth, Counted(result));
        return truth.Count == counted.Count && truth.All(t => counted.GetValueOrDefault(t.Key) == t.Value);
    }

    /// <summary>A history of one of the kinds, which differs by seed in sizes, times and order.</summary>
    public static GeneratedHistory Of(string kind, ulong seed)
    {
        var dice = new SplitMix64(seed * 7919);
        var hasTime = dice.NextInt32(2) == 0;
        var values = dice.NextInt32(3) switch { 0 => 0, 1 => 5_000, _ => 50_000 };
        var (days, step, parts) = (20 + dice.NextInt32(20), 5 + dice.NextInt32(20), 2 + dice.NextInt32(4));
        var history = new GeneratedHistory(
            seed,
            kind.Contains("three rows", StringComparison.Ordinal) ? 3
                : kind.Contains("few", StringComparison.Ordinal) ? 18 : values,
            hasTime,
            10 + dice.NextInt32(40), dates: dice.NextInt32(2) == 0);
        var newestFirst = dice.NextInt32(4) == 0;
        for (var p = 0; p < parts; p++)
        {
            history.Write(kind, p, (days, step, parts));
            if (kind.Contains("shuffled", StringComparison.Ordinal)) history.Shuffle();
            else if (newestFirst) history._parts[^1].Reverse();
        }

        if (kind.Contains("dropped twice", StringComparison.Ordinal)) history.DropTwice(parts * days, newestFirst);
        return history;
    }

    private void Write(string kind, int part, (int Days, int Step, int Parts) sizes)
    {
        var (days, step, parts) = sizes;
        var grown = days + (part * step);
        switch (kind)
        {
            case "growing extracts" or "shuffled extracts" or "growing extracts of few rows"
                or "shuffled extracts of few rows" or "growing extracts of three rows":
                AddPart(0, grown);
                break;
            case "increments":
                AddPart(part * days, (part + 1) * days);
                break;
            case "increments that grow, of few rows":
                AddPart(part * part * days, (part + 1) * (part + 1) * days);
                break;
            case "increments that end within a day":
                AddRows((part * days * PerDay) - (part * 7), ((part + 1) * days * PerDay) - ((part + 1) * 7));
                break;
            case "increments of few rows" or "increments of three rows":
                AddPart(part * days, ((part + 1) * days) - _random.NextInt32(5));
                break;
            case "rolling windows" or "rolling windows of few rows" or "shuffled rolling windows":
                AddPart(part * step, (part * step) + Math.Max(days, step + 3));
                break;
            case "overlapping by a day" or "overlapping by a day, few rows":
                AddPart(Math.Max(0, (part * days) - 1), (part + 1) * days);
                break;
            case "extracts, then increments":
                AddPart(part <= parts / 2 ? 0 : grown - step, grown);
                break;
            case "increments, then an extract":
                AddPart(part == parts - 1 ? 0 : part * days, (part + 1) * days);
                break;
            case "dropped twice with a row more" or "few rows, dropped twice with a row more":
                AddPart(part * days, (part + 1) * days);
                break;
            default:
                throw new ArgumentException($"No history is called '{kind}'.", nameof(kind));
        }
    }

    private void DropTwice(int day, bool newestFirst)
    {
        List<Event> copy = [.. _parts[_random.NextInt32(_parts.Count)]];
        copy.Insert(newestFirst ? 0 : copy.Count, EventAt(day * PerDay));
        _parts.Add(copy);
    }

    private void AddPart(int fromDay, int toDay) => AddRows(fromDay * PerDay, toDay * PerDay);

    private void AddRows(int from, int to) => _parts.Add([.. Enumerable.Range(from, to - from).Select(EventAt)]);

    private Event EventAt(int index)
    {
        while (_events.Count <= index)
        {
            var time = _events.Count / _tick;
            // Frequent values and rare ones.
            var share = _random.NextDouble();
            var content = _values == 0 ? _random.NextUInt64() : SplitMix64.Mix((ulong)(share * share * _values) + 1);
            var row = SplitMix64.Mix(content ^ (_hasTime ? (ulong)(time + 1) * 0x9E3779B97F4A7C15 : 0));
            _events.Add(new Event(_events.Count, row, time));
        }

        return _events[index];
    }

    private void Shuffle()
    {
        var rows = _parts[^1];
        for (var i = rows.Count - 1; i > 0; i--)
        {
            var other = _random.NextInt32(i + 1);
            (rows[i], rows[other]) = (rows[other], rows[i]);
        }
    }

    private sealed record Event(int Id, ulong Row, long Time);
}
