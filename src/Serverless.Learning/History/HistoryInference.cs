using Serverless.Learning.Definition;

namespace Serverless.Learning.History;

/// <summary>
/// Finds out, part by part, which rows are repeated from earlier parts: by their order, which chance does not explain,
/// and where order says nothing, by how often each row occurs.
/// </summary>
internal sealed class HistoryInference
{
    /// <summary>Log odds of 22,000 to 1.</summary>
    private const double Sure = 10;

    /// <summary>Below, chance is likely enough.</summary>
    private const double Unlikely = 3;

    /// <summary>Below, it cannot be that all earlier rows are repeated.</summary>
    private const double Excluded = -5;

    /// <summary>Share of a part's rows below which a few repeated ones are not looked for without an order.</summary>
    private const double MinShare = 0.005;

    private readonly IReadOnlyList<PartRows> _parts;
    private readonly RowGroups _groups;
    private readonly CountedRows _counted;
    private readonly List<bool[]> _repeated = [];
    private readonly PartComparison _comparison;

    public HistoryInference(IReadOnlyList<PartRows> parts, RowGroups groups)
    {
        (_parts, _groups, _counted) = (parts, groups, new CountedRows(groups.Count));
        _comparison = new PartComparison(
            parts, groups, _counted, _repeated, [.. parts.Select(p => SharedTime.Of(p.Times))]);
    }

    /// <summary>Decides on the next part.</summary>
    /// <param name="mode">Append or extract; null: to be inferred.</param>
    public RepeatDecision Next(DataMode? mode)
    {
        var rows = _groups.Of[_repeated.Count];
        var decision = mode == DataMode.Append || !rows.Any(g => _counted[g] > 0)
            ? RepeatDecision.Append(rows.Length)
            : mode == DataMode.Extract ? Extract(rows) : Infer(rows);
        for (var i = 0; i < rows.Length; i++)
        {
            if (!decision.Repeated[i]) _counted.Add(rows[i]);
        }

        _repeated.Add(decision.Repeated);
        return decision;
    }

    /// <summary>Every row counts as often as the part has it that has it most often.</summary>
    private RepeatDecision Extract(int[] rows)
    {
        var repeated = Take(rows, new bool[rows.Length], group => _counted[group]);
        var changed = CountChanged(rows, repeated);
        return new RepeatDecision(repeated, DataMode.Extract, IsSure: true, changed, HistoryText.Changed(changed));
    }

    private RepeatDecision Infer(int[] rows)
    {
        var block = RepeatedBlock.Find([.. _groups.Of.Take(_repeated.Count)], rows);
        // What a block repeats is not there for other rows to repeat, and a block repeats no more than was counted.
        var (inBlock, removed) = (new bool[rows.Length], new List<int>());
        for (var i = 0; i < rows.Length; i++)
        {
            if (!block.Repeated[i] || _counted[rows[i]] == 0) continue;
            inBlock[i] = true;
            removed.Add(rows[i]);
            _counted.Remove(rows[i]);
        }

        var decision = InferOthers(rows, block, inBlock);
        foreach (var group in removed) _counted.Add(group);
        return decision;
    }

    private RepeatDecision InferOthers(int[] rows, RepeatedBlock block, bool[] inBlock)
    {
        var part = _repeated.Count;
        var test = _comparison.WithAll(part, inBlock);
        var isFew = test.DistinctNow < 0.5 * test.Now;
        var (evidence, there) = (test.LogLikelihoodRatio(), (Func<int, int>)(group => _counted[group]));
        var (isOpen, hasTime) = (evidence.Any < Sure || test.Lost > 0, _parts[part].Times is not null);
        foreach (var earlier in isOpen && test.Equal > 0 ? Alike(part) : [])
        {
            var (ofOne, inOne) = _comparison.WithOne(part, earlier, inBlock);
            var one = ofOne.LogLikelihoodRatio();
            // All rows of one part explain more than some rows of all.
            if (one.Any >= Sure && (evidence.Any < Sure || (!hasTime && ofOne.Lost == 0 && ofOne.Equal == test.Equal)))
            {
                (test, evidence, there) = (ofOne, one, group => Math.Min(inOne(group), _counted[group]));
                break;
            }

            // Of many parts some are alike by chance: only the one before is expected to be repeated.
            if (earlier != part - 1) continue;
            evidence = (one.Any > evidence.Any ? one : evidence) with { All = Math.Max(evidence.All, one.All) };
        }

        // So few rows do not matter, and no model of chance is so exact.
        if (evidence.Any < Sure && evidence.Shared < MinShare * rows.Length) evidence.Any = double.NegativeInfinity;
        // Where most of the equal rows are so by chance, counting all of them once would lose more than it saves.
        var isMost = evidence.Shared >= 0.5 * test.Equal;
        var isExtract = isMost && (evidence.Any >= Sure || (evidence.Any >= Unlikely && !isFew));
        var repeated = isExtract ? Take(rows, inBlock, there) : inBlock;
        var changed = block.Changed;
        if (block.Kind == BlockKind.None && isExtract) changed = CountChanged(rows, repeated);
        var isSure = isExtract
            ? evidence.Any >= Sure && changed == 0 && IsComplete(test, part)
            : changed == 0 && !block.IsHinted && evidence.Any < Unlikely
                && (evidence.All < Excluded || block.Kind != BlockKind.None);
        var count = repeated.Count(r => r);
        var why = HistoryText.Why((count, rows.Length), block, isExtract, isSure, isFew) + HistoryText.Changed(changed);
        return new RepeatDecision(repeated, count > 0 ? DataMode.Extract : DataMode.Append, isSure, changed, why);
    }

    /// <summary>The part before, and others that a part may be a copy of, newest first.</summary>
    private IEnumerable<int> Alike(int part)
    {
        const int MaxParts = 50;
        var rows = _groups.Of[part].Length;
        return Enumerable.Range(1, part).Select(back => part - back)
            .Where(p => p == part - 1 || (_groups.Of[p].Length >= 0.9 * rows && _groups.Of[p].Length <= rows / 0.9))
            .Take(MaxParts);
    }

    /// <summary>
    /// Whether it is certain which rows are repeated: all earlier ones, or of those with a time all of the time in
    /// common, but for removed ones. Otherwise some of them are new ones that are equal by chance.
    /// </summary>
    private bool IsComplete(RepeatTest test, int part) =>
        test.Lost == 0 || (_parts[part].Times is not null && test.New == 0);

    private int CountChanged(int[] rows, bool[] repeated)
    {
        var part = _repeated.Count;
        return ChangedRows.Count(
            (_parts[part - 1], _parts[part]), (_groups.Of[part - 1], rows), repeated);
    }

    /// <summary>Takes rows as repeated, the first ones of equal rows, as often as they are there.</summary>
    private bool[] Take(int[] rows, bool[] inBlock, Func<int, int> there)
    {
        var repeated = (bool[])inBlock.Clone();
        var taken = _comparison.Scratch;
        for (var i = 0; i < rows.Length; i++)
        {
            if (repeated[i] || taken[rows[i]] >= there(rows[i])) continue;
            taken[rows[i]]++;
            repeated[i] = true;
        }

        foreach (var group in rows) taken[group] = 0;
        return repeated;
    }
}
