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
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(hashes, at);
            at += part.Length;
        }

        for (var i = 0; i < total; i++) places[i] = i;
        Array.Sort(hashes, places);
        var groups = new int[total];
        for (var i = 0; i < total; i++)
        {
            if (i == 0 || hashes[i] != hashes[i - 1]) Count++;
            groups[places[i]] = Count - 1;
        }

        Of = new int[parts.Count][];
        at = 0;
        for (var p = 0; p < parts.Count; p++)
        {
            Of[p] = groups[at..(at + parts[p].Length)];
            at += parts[p].Length;
        }
    }
}
