using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Tests.Intake;

/// <summary>Puts a made file through inference and reading, and compares what comes out with the truth.</summary>
internal static class IntakeJudge
{
    public static async Task<IntakeVerdict> JudgeAsync(IntakeFile file, CancellationToken cancellationToken)
    {
        var definition = new ModelDefinition();
        var source = $"datasets/{file.Name}";
        var inferred = await SchemaInference.InferAsync(
            new MemoryStream(file.Bytes), source, definition, cancellationToken);
        if (inferred.Schema is not { } schema) return Refused(file, inferred.Rejection!.Rejection!);
        var read = await DatasetReader.ReadAsync(
            new MemoryStream(file.Bytes),
            new DatasetReadOptions(source, schema, definition) { Formats = inferred.Sample!.Formats },
            cancellationToken);
        if (read.Table is not { } table) return Refused(file, read.Report.Rejection!);

        var taskIsRight = schema.Label == file.Label
            && file.Tasks.Any(t => t.ToString() == schema.Task.ToString());
        var named = read.Report.Anomalies.ToLookup(a => a.Column ?? "");
        var rows = TableCells.Rows(file, table);
        // What is said of rows beyond those with a typo is said of all columns.
        var typos = file.Rows.Count(r => r == RowState.BadCell);
        var isToldOfRows = rows is null && read.Report.BadRows > typos;
        var columns = file.Columns.Where(c => c.Name.Length > 0)
            .Select(c => Judge(c, schema, table, rows, named[c.Name], isToldOfRows ? -1 : typos));
        return new IntakeVerdict(file, null, taskIsRight, $"{schema.Label}: {schema.Task}", [.. columns]);
    }

    private static IntakeVerdict Refused(IntakeFile file, string why) => new(
        file, why, TaskIsRight: true, "",
        [
            .. file.Columns.Where(c => c.Name.Length > 0)
                .Select(c => new ColumnVerdict(c, IntakeOutcome.Refused, why, IsTold: true)),
        ]);

    /// <param name="rows">The file's rows that are in the table; null where their number is wrong.</param>
    private static ColumnVerdict Judge(
        IntakeColumn truth, DatasetSchema schema, Table table, int[]? rows, IEnumerable<Anomaly> anomalies,
        int typos)
    {
        var column = schema.Columns.FirstOrDefault(c => c.Name == truth.Name);
        var (found, isTime) = (table.Find(truth.Name), truth.Name == schema.Time);
        var about = column is null
            ? "no such column"
            : $"{column.Type} {column.Role}: {column.Reason} [{column.Format}]";
        var isSaid = about.Contains("ambiguous", StringComparison.OrdinalIgnoreCase);
        var isNamed = anomalies.Any();
        // Typos that are told do not tell that the column is lost.
        var isTold = anomalies.Any(a => a.Row is null) || anomalies.Sum(a => a.Count) > typos
            || column?.Role == ColumnRole.Ignored || isSaid
            || about.Contains("read as text", StringComparison.Ordinal);
        if (truth.Role == IntakeRole.NoFeature)
        {
            return Verdict(column?.Role == ColumnRole.Feature ? IntakeOutcome.Learned : IntakeOutcome.Right);
        }

        var isKept = found is not null && (isTime || column?.Role is ColumnRole.Feature or ColumnRole.Label);
        if (!isKept)
        {
            if (truth.Role == IntakeRole.Optional) return Verdict(IntakeOutcome.Right);
            return Verdict(IsMeasure(truth) && !isNamed ? IntakeOutcome.Lost : IntakeOutcome.WrongKind);
        }

        if (!Kinds(truth).Any(kind => Holds(found!, kind)))
        {
            // A moment taken for a number is still a measure.
            var isText = found!.Type is ColumnType.Categorical or ColumnType.Boolean;
            return Verdict(IsMeasure(truth) && isText && !isNamed ? IntakeOutcome.Lost : IntakeOutcome.WrongKind);
        }

        var difference = rows is null
            ? $"a table of {table.RowCount} rows, not as many as the file has good ones"
            : truth.Kind == IntakeKind.Text ? null : TableCells.Difference(truth, rows, found!);
        if (difference is not null)
        {
            return new ColumnVerdict(truth, IntakeOutcome.WrongValues, $"{difference} ({about})", isTold);
        }

        var mustSay = truth.Ambiguous || (truth.OtherIsTold
            && TableCells.Difference(truth with { OtherValues = null }, rows!, found!) is not null);
        return Verdict(mustSay && !isSaid ? IntakeOutcome.Unsaid : IntakeOutcome.Right);

        ColumnVerdict Verdict(IntakeOutcome outcome) => new(truth, outcome, about, isTold);
    }

    public static bool IsMeasure(IntakeColumn truth) => truth.Kind is IntakeKind.Number or IntakeKind.Moment;

    /// <summary>
    /// Classes are codes whatever their texts look like, and counts may be classes where the task says so.
    /// </summary>
    private static IEnumerable<IntakeKind> Kinds(IntakeColumn truth) => truth.Role == IntakeRole.Label
        ? [truth.Kind, IntakeKind.Category, IntakeKind.Boolean]
        : [truth.Kind, .. truth.OtherKinds];

    private static bool Holds(Column column, IntakeKind kind) => kind switch
    {
        IntakeKind.Number => column.Type == ColumnType.Numeric,
        IntakeKind.Boolean => column.Type == ColumnType.Boolean,
        IntakeKind.Moment => column.Type == ColumnType.Timestamp,
        IntakeKind.Category => column.Type == ColumnType.Categorical,
        _ => column.Type is not (ColumnType.Numeric or ColumnType.Timestamp or ColumnType.Boolean),
    };
}
