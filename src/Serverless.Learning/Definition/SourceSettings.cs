namespace Serverless.Learning.Definition;

/// <summary>A query against a database whose rows land as files in <c>datasets/{model}/source/</c>.</summary>
public sealed record SourceSettings
{
    public required SourceKind Kind { get; init; }

    /// <summary>
    /// Name of the app setting that has the connection string, which is a secret and never in this file.
    /// </summary>
    public required string Connection { get; init; }

    /// <summary>One SELECT statement.</summary>
    public required string Query { get; init; }

    /// <summary>
    /// Column of the result that grows with every new row: a pull reads the rows above the greatest value of the
    /// pulls before. Without one, each pull reads all rows.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Watermark { get; init; }

    /// <summary>
    /// Rows whose watermark, a time, is younger than this many seconds wait for a later pull, since transactions that
    /// began before them may still be open.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double DelaySeconds { get; init; }

    /// <summary>When to pull: NCRONTAB, six fields, UTC. Without one, only on request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Schedule { get; init; }

    /// <summary>Finds the first time of <see cref="Schedule"/> after another; null if there is none.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset time) => ScheduleText.NextAfter(Schedule, time);
}

[JsonConverter(typeof(CamelCaseConverter<SourceKind>))]
public enum SourceKind { Postgres, Sqlserver }
