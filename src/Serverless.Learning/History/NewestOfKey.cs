namespace Serverless.Learning.History;

/// <summary>
/// Finds the newest row of each key: by time, then by part, then by row. As SQL's <c>row_number()</c>.
/// </summary>
internal static class NewestOfKey
{
    /// <param name="byTime">Whether a row of a later part may be older than one of an earlier part.</param>
    /// <returns>Of each part, whether a row is not the newest of its key.</returns>
    /// <exception cref="ArgumentException">A part has no keys.</exception>
    public static List<bool[]> FindOlder(IReadOnlyList<PartRows> parts, bool byTime)
    {
        var groups = new RowGroups([.. parts.Select(p => p.Keys ?? throw new ArgumentException(
            $"Expected a key of each row of '{p.Name}', as data.key is given, found none.", nameof(parts)))]);
        var newest = new (int Part, int Row)[groups.Count];
        Array.Fill(newest, (-1, -1));
        var older = parts.Select(p => new bool[p.Rows.Length]).ToList();
        for (var part = 0; part < parts.Count; part++)
        {
            for (var row = 0; row < older[part].Length; row++)
            {
                ref var best = ref newest[groups.Of[part][row]];
                var isOlder = byTime && best.Part >= 0 && TimeOf(part, row) < TimeOf(best.Part, best.Row);
                if (isOlder)
                {
                    older[part][row] = true;
                    continue;
                }

                if (best.Part >= 0) older[best.Part][best.Row] = true;
                best = (part, row);
            }
        }

        return older;

        long TimeOf(int part, int row) => parts[part].Times![row];
    }
}
