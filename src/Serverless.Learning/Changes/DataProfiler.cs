using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Changes;

/// <summary>Profiles a file from the sample that its columns were inferred from.</summary>
public static class DataProfiler
{
    /// <summary>Columns after these are compared by name only, so that a profile has at most a few megabytes.</summary>
    private const int MaxSketched = 1_000;

    /// <param name="schema">The file's columns.</param>
    /// <param name="reference">The file to compare with; null without one.</param>
    /// <param name="source">The blob and its hash.</param>
    /// <param name="threads">Max threads; the profile does not depend on it.</param>
    public static DataProfile Of(
        FileSample sample, DatasetSchema schema, DataProfile? reference, (string Name, string Hash) source, int threads)
    {
        schema = schema with { Columns = [.. schema.Columns.Select(WithoutWords)] };
        var columns = new ColumnSketch[schema.Columns.Count];
        OrderedParallel.For(threads, columns.Length, i => columns[i] = Sketch(sample.Rows, schema.Columns[i], i));
        var label = schema.Columns.ToList().FindIndex(c => c.Role == ColumnRole.Label);
        var links = new LabelLinks(sample.Rows, schema, label);
        return new DataProfile
        {
            Source = source.Name,
            ContentHash = source.Hash,
            Rows = sample.Rows.Seen,
            Label = schema.Label,
            Columns = columns,
            Link = links.Measure(MaxSketched, threads),
            Aligned = reference?.Link is { } link ? links.Measure(link) : [],
        };
    }

    /// <summary>Free text is compared as a whole: whether it was learned from is no change of the file.</summary>
    private static ColumnSchema WithoutWords(ColumnSchema column) =>
        column.Type == ColumnType.Text ? column with { Type = ColumnType.Categorical } : column;

    private static ColumnSketch Sketch(StridedRowSample sample, ColumnSchema column, int index)
    {
        var sketch = index >= MaxSketched
            ? new ColumnSketch { Name = column.Name, Type = column.Type }
            : ColumnSketcher.Of(sample, index, column);
        return sketch with { IsLearned = column.Role == ColumnRole.Feature };
    }
}
