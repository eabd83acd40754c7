namespace Serverless.Tests.Changes;

/// <summary>A way in which a file is wrong, or only another form of the same.</summary>
/// <param name="Codes">Of the anomalies that tell it; empty where nothing may be told.</param>
/// <param name="Change">
/// Makes the next file of the file before and the untouched next one; null where it does not apply.
/// </param>
internal sealed record Mutation(
    string Name, string[] Codes, Func<ChangeDataSet, ChangeTable, ChangeTable, ChangeTable?> Change)
{
    /// <summary>Applied to both files first, so that there is something to break.</summary>
    public Func<ChangeDataSet, ChangeTable, ChangeTable> Prepare { get; init; } = (_, table) => table;

    /// <summary>Columns of which one must be named; none where the cause is of the whole file.</summary>
    public Func<ChangeDataSet, string[]> Columns { get; init; } = _ => [];

    public bool IsTold => Codes.Length > 0;
}
