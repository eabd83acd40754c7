namespace Serverless.Learning.History;

/// <summary>One part's rows as hashes, in the file's order.</summary>
/// <param name="Name">For people.</param>
/// <param name="Rows">Of each row, a hash of all its columns: features, label, time and id.</param>
/// <param name="Keys">Of each row, a hash of the columns of <c>data.key</c>; null without a key.</param>
/// <param name="Times">Of each row, its place in time; <see cref="long.MinValue"/> where it is missing. Null without a
/// time.</param>
public sealed record PartRows(string Name, ulong[] Rows, ulong[]? Keys, long[]? Times)
{
    /// <summary>Whether <see cref="Times"/> are ticks of UTC, not numbers that only order the rows.</summary>
    public bool AreTicks { get; init; } = true;

    /// <summary>
    /// Of each row, hashes of some of its columns, at least one of which survives a small change: the features without
    /// the label, or two halves of the columns. A changed row is found by them. Empty: it is not looked for.
    /// </summary>
    public IReadOnlyList<ulong[]> Similar { get; init; } = [];

    /// <summary>
    /// Whether a change in any single column leaves one of <see cref="Similar"/> as it was.
    /// </summary>
    public bool FindsAnyChange { get; init; }
}
