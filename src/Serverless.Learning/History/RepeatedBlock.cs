namespace Serverless.Learning.History;

/// <summary>How a part repeats rows of earlier ones in their order.</summary>
internal enum BlockKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It has all rows of one or more earlier parts.</summary>
    Whole,

    /// <summary>It begins with the last rows of the part before.</summary>
    End,

    /// <summary>It has the rows of the part before, of which some have changed.</summary>
    Changed,
}

/// <param name="Repeated">Of each row of the part, whether an earlier part has it.</param>
/// <param name="Rows">How many.</param>
/// <param name="Changed">Rows that differ in between.</param>
internal sealed record RepeatedBlock(BlockKind Kind, bool[] Repeated, int Rows, int Changed)
{
    /// <summary>Less could be chance, e⁻²⁰, among many files.</summary>
    private const double MinSurprise = 20;

    /// <summary>From here on it may be no chance.</summary>
    private const double MinHint = 8;

    /// <summary>With more changed rows than this share of the part before, it is another one.</summary>
    private const double MaxChanged = 0.2;

    /// <summary>Whether there is an order that chance hardly explains, but too short to be sure.</summary>
    public bool IsHinted { get; init; }

    /// <param name="parts">Of each part before, oldest first, the group of each row.</param>
    /// <param name="rows">Of each row of the part, its group.</param>
    public static RepeatedBlock Find(IReadOnlyList<int[]> parts, int[] rows)
    {
        var best = new RepeatedBlock(BlockKind.None, new bool[rows.Length], 0, 0);
        var isHinted = false;
        foreach (var backwards in (bool[])[false, true])
        {
            var order = new RowOrder(rows, backwards);
            var earlier = parts.Select(p => new RowOrder(p, backwards)).ToList();
            foreach (var found in (RepeatedBlock[])[WholeParts(earlier, order), EndOf(earlier[^1], order)])
            {
                isHinted |= found.IsHinted;
                if (found.Rows > best.Rows) best = found;
            }
        }

        if (best.Kind != BlockKind.None) return best;
        var start = WithChanges(parts[^1], rows, backwards: false);
        if (start.Kind == BlockKind.None) start = WithChanges(parts[^1], rows, backwards: true);
        return start with { IsHinted = isHinted };
    }

    private static RepeatedBlock WholeParts(List<RowOrder> earlier, RowOrder order)
    {
        var at = 0;
        while (earlier.Where(p => p.Count > 0 && order.Has(p, at)).MaxBy(p => p.Count) is { } found
            && new OrderSurprise(order, at, found.Count).Sum() >= MinSurprise)
        {
            at += found.Count;
        }

        return OfStart(at == 0 ? BlockKind.None : BlockKind.Whole, order, at);
    }

    private static RepeatedBlock EndOf(RowOrder before, RowOrder order)
    {
        var count = order.StartsWithEndOf(before);
        var surprise = count > 0 ? new OrderSurprise(order, 0, count).Sum() : 0;
        return surprise >= MinSurprise
            ? OfStart(BlockKind.End, order, count)
            : OfStart(BlockKind.None, order, 0) with { IsHinted = surprise >= MinHint };
    }

    private static RepeatedBlock OfStart(BlockKind kind, RowOrder order, int count)
    {
        var repeated = new bool[order.Count];
        for (var place = 0; place < count; place++) repeated[order.IndexOf(place)] = true;
        return new RepeatedBlock(kind, repeated, count, 0);
    }

    private static RepeatedBlock WithChanges(int[] before, int[] rows, bool backwards)
    {
        var (old, order) = (new RowOrder(before, backwards), new RowOrder(rows, backwards));
        var repeated = new bool[rows.Length];
        var same = 0;
        for (var place = 0; place < Math.Min(old.Count, order.Count); place++)
        {
            if (old[place] != order[place]) continue;
            repeated[order.IndexOf(place)] = true;
            same++;
        }

        var isLikely = old.Count <= order.Count && same >= (1 - MaxChanged) * old.Count && same > 0
            && new OrderSurprise(order, 0, old.Count).Compare(p => old[p] == order[p]) >= MinSurprise;
        return isLikely
            ? new RepeatedBlock(BlockKind.Changed, repeated, same, old.Count - same)
            : new RepeatedBlock(BlockKind.None, new bool[rows.Length], 0, 0);
    }
}
