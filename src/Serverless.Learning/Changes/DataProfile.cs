using Serverless.Learning.Definition;

namespace Serverless.Learning.Changes;

/// <summary>
/// What one accepted file looked like, to tell what has changed in the next one. A few numbers per column; no rows.
/// </summary>
public sealed record DataProfile
{
    /// <summary>The blob that was read.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of its bytes, lower-case hex.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Rows of the file, bad ones too.</summary>
    public required long Rows { get; init; }

    public required string Label { get; init; }

    /// <summary>Every column of the file, in its order.</summary>
    public required IReadOnlyList<ColumnSketch> Columns { get; init; }

    /// <summary>How the label depends on the columns that tell most of it; null if none does.</summary>
    public LabelLink? Link { get; init; }

    /// <summary>Rows that occur more than once, and a sample of all; null where no rows were accepted.</summary>
    public RowSketch? Repeats { get; init; }

    /// <summary>
    /// Whether it differed from the file before it: then it is no reference until a version learned from it is live.
    /// </summary>
    public bool Changed { get; init; }

    /// <summary>
    /// <see cref="Link"/> over the bins of the file that this one is compared with, for each fifth of this one.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<LabelLink> Aligned { get; init; } = [];

    /// <summary>Null without such a column.</summary>
    public ColumnSketch? Find(string name) => Columns.FirstOrDefault(c => c.Name == name);
}

/// <summary>One column's values in up to 10,000 rows spread over the file.</summary>
public sealed record ColumnSketch
{
    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>Whether it is a feature; only set on the file that is compared.</summary>
    [JsonIgnore]
    public bool IsLearned { get; init; }

    /// <summary>Rows looked at; 0 for columns that are only compared by name.</summary>
    public int Rows { get; init; }

    public int Missing { get; init; }

    /// <summary>Cells that are no value of <see cref="Type"/>.</summary>
    public int Unfit { get; init; }

    /// <summary>Different texts.</summary>
    public int Distinct { get; init; }

    /// <summary>Share of the rows in the longest stretch of one value; missing values are a value here.</summary>
    public double LongestRun { get; init; }

    /// <summary>Cells with the marks of a wrong encoding, such as <c>MÃ¼nchen</c>.</summary>
    public int Garbled { get; init; }

    /// <summary>Numbers: how many are zero.</summary>
    public int Zeros { get; init; }

    /// <summary>Numbers apart from zeros, or ticks of moments: up to 64 quantiles, ascending.</summary>
    public IReadOnlyList<double> Quantiles { get; init; } = [];

    /// <summary>Numbers: digits after the point that nine in ten of them do with.</summary>
    public int Decimals { get; init; }

    /// <summary>
    /// Numbers: the largest distance of Kolmogorov and Smirnov between neighbouring fifths of the file: how fast they
    /// change by themselves.
    /// </summary>
    public double Drift { get; init; }

    /// <summary>
    /// Numbers: whether each fifth of the file is above the one before, or each below, as of a counter.
    /// </summary>
    public bool Trends { get; init; }

    /// <summary>Texts and truths: the most frequent ones, at most 100, most frequent first.</summary>
    public IReadOnlyList<ValueCount> Values { get; init; } = [];

    /// <summary>Moments: how they lie in time; null for other columns.</summary>
    public DateSketch? Dates { get; init; }

    /// <summary>Number of cells with a value of the type.</summary>
    [JsonIgnore]
    public int Present => Rows - Missing - Unfit;

    [JsonIgnore]
    public bool IsNumeric => Type == ColumnType.Numeric;

    [JsonIgnore]
    public bool IsTime => Type == ColumnType.Timestamp;

    /// <summary>Share of the present values that are the most frequent one.</summary>
    [JsonIgnore]
    public double TopShare => Present == 0 ? 0 : (double)(Values.Count > 0 ? Values[0].Count : Zeros) / Present;
}

public sealed record ValueCount(string Value, int Count);

/// <summary>Moments of one column, in UTC ticks (100 ns).</summary>
/// <param name="First">The earliest.</param>
/// <param name="Last">The latest.</param>
/// <param name="LargestGap">Between neighbours in time.</param>
/// <param name="Disorder">Share of the steps from row to row that go against the file's order.</param>
/// <param name="SwappedDisorder">The same with day and month exchanged where both are at most 12.</param>
/// <param name="Span">Between the 5 % and the 95 % quantile.</param>
/// <param name="SwappedSpan">The same with day and month exchanged.</param>
public sealed record DateSketch(
    long First, long Last, long LargestGap, double Disorder, double SwappedDisorder, long Span, long SwappedSpan);
