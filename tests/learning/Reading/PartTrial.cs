using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Tests.Reading;

/// <summary>A file and its part, each through inference and reading as a run does it.</summary>
internal sealed partial record PartTrial(Drop Source, byte[] Part, Drop Again)
{
    /// <summary>Whether rows were left out: the part's sample then has others, and its reasons count fewer.</summary>
    public bool LeavesRowsOut => Source.Report.BadRows + Source.Report.Unlabelled > 0;

    /// <returns>Null where the file is rejected.</returns>
    public static async Task<PartTrial?> RunAsync(byte[] file, ModelDefinition definition, int threads = 2)
    {
        using var part = new MemoryStream();
        var source = await DropAsync(file, definition, () => part, threads);
        if (source is null) return null;
        var again = await DropAsync(part.ToArray(), definition, null, threads);
        return new PartTrial(source, part.ToArray(), again!);
    }

    /// <returns>Null where the file is rejected.</returns>
    public static async Task<Drop?> DropAsync(
        byte[] file, ModelDefinition definition, Func<Stream>? part, int threads = 2)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var inferred = await SchemaInference.InferAsync(
            new MemoryStream(file), "file", definition, knownHash: null, threads, cancelled);
        if (inferred.Schema is not { } schema) return null;
        var read = await DatasetReader.ReadAsync(
            new MemoryStream(file),
            new DatasetReadOptions("file", schema, definition)
            {
                Formats = inferred.Sample!.Formats,
                Threads = threads,
                Part = part,
            },
            cancelled);
        return read.Table is { } table ? new Drop(schema, table, read.Report, inferred.Sample.Formats) : null;
    }

    /// <summary>
    /// How the part differs from its source; empty where it does not. Where rows were left out, the part has fewer to
    /// sample: what counts them, or tells of the bad ones, is not compared.
    /// </summary>
    public IEnumerable<string> Differences()
    {
        Assert.Equal(Source.Schema.Columns.Count, Again.Schema.Columns.Count);
        foreach (var (before, after) in Source.Schema.Columns.Zip(Again.Schema.Columns))
        {
            var (one, other) = (Json(Comparable(before)), Json(Comparable(after)));
            if (one != other) yield return $"{one}\n  became {other}";
        }

        var (schema, again) = (Json(Comparable(Source.Schema)), Json(Comparable(Again.Schema)));
        if (schema != again) yield return $"{schema}\n  became {again}";
        foreach (var difference in TableDifferences()) yield return difference;
    }

    private ColumnSchema Comparable(ColumnSchema column) => !LeavesRowsOut ? column : column with
    {
        Reason = Counts().Replace(OfRowsLeftOut().Replace(column.Reason!, ""), "#"),
        // Without the rows of typos there are none to keep out.
        Values = column.Role == ColumnRole.Label ? null : column.Values,
    };

    /// <summary>The positive class may be that of fewer rows.</summary>
    private DatasetSchema Comparable(DatasetSchema schema) =>
        schema with { Columns = [], Positive = LeavesRowsOut ? null : schema.Positive };

    [GeneratedRegex("; others.* bad|; .* count as typos, and their rows as bad|; .* rows with 'None'.*")]
    private static partial Regex OfRowsLeftOut();

    [GeneratedRegex("(all|[0-9,]+) of [0-9,]+|[0-9][0-9,]*")]
    private static partial Regex Counts();

    public IEnumerable<string> TableDifferences()
    {
        var (before, after) = (Source.Table, Again.Table);
        if (!before.RowHashes.SequenceEqual(after.RowHashes)) yield return "other row hashes";
        if (before.RowCount != after.RowCount) yield return $"{before.RowCount} rows became {after.RowCount}";
        var names = before.Columns.Select(c => c.Name);
        if (!names.SequenceEqual(after.Columns.Select(c => c.Name))) yield return "other columns";
        foreach (var (one, other) in before.Columns.Zip(after.Columns))
        {
            if (!AreSame(one, other)) yield return $"other values of {one.Name}";
        }
    }

    private static bool AreSame(Column one, Column other) => (one, other) switch
    {
        (NumericColumn a, NumericColumn b) => a.Type == b.Type && a.Values.Select(BitConverter.SingleToInt32Bits)
            .SequenceEqual(b.Values.Select(BitConverter.SingleToInt32Bits)),
        (TimestampColumn a, TimestampColumn b) => a.Ticks.SequenceEqual(b.Ticks),
        (CategoricalColumn a, CategoricalColumn b) =>
            a.Codes.SequenceEqual(b.Codes) && a.Values.SequenceEqual(b.Values),
        _ => false,
    };

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);
}

/// <summary>What came of a dropped file.</summary>
internal sealed record Drop(DatasetSchema Schema, Table Table, ValidationReport Report, FileFormats Formats);
