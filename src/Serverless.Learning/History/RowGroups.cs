namespace Serverless.Learning.History;

/// <summary>Equal values of all parts, numbered from 0.</summary>
internal sealed class RowGroups
{
    /// <summary>Of each part, the group of each row.</summary>
    public int[][] Of { get; }

    public int Count { get; }

    /// <param name="parts">The hashes of each part. At most two thousand million in all.</param>
    public RowGroups(IReadOnlyList<ulong[]> parts)
    {
        var total = checked((int)parts.Sum(p => (long)p.Length));
        var (hashes, places) = (new ulong[total], new int[total]);
        var starts = new int[parts.Count];
        for (var p = 0; p < parts.Count; p++)
        {
            if (p > 0) starts[p] = starts[p - 1] + parts[p - 1].Length;
            parts[p].CopyTo(hashes, starts[p]);
        }

        for (var i = 0; i < total; i++) places[i] = i;
        Array.Sort(hashes, places);
        Of = [.. parts.Select(p => new int[p.Length])];
        for (var i = 0; i < total; i++)
        {
            if (i == 0 || hashes[i] != hashes[i - 1]) Count++;
            var part = Array.BinarySearch(starts, places[i]);
            // Empty parts start where the next one does.
            if (part < 0) part = ~part - 1;
            while (places[i] - starts[part] >= Of[part].Length) part++;
            Of[part][places[i] - starts[part]] = Count - 1;
        }
    }
}
