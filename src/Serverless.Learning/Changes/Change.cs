using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>One way in which a file differs from the one before it and probably should not.</summary>
internal abstract class Change
{
    /// <summary>In the order in which they explain columns: a renamed column is neither lost nor new.</summary>
    public static IReadOnlyList<Change> All { get; } =
    [
        new RenamedColumn(), new LostColumn(), new NewColumn(), new EmptiedColumn(), new ConstantColumn(),
        new BrokenText(), new SwappedColumns(), new OtherType(), new OtherUnit(), new OtherValues(),
        new SwappedDayAndMonth(), new MovedDates(), new RepeatedFile(), new RepeatedRows(), new ConflictingLabels(),
        new LostLabelLink(),
    ];

    public abstract IEnumerable<Anomaly> Find(ChangeContext context);
}
