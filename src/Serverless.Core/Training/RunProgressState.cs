using Serverless.Learning.Definition;

namespace Serverless.Core.Training;

/// <summary>
/// How far a run has come: <c>monitoring/{model}/running/{run}.json</c>. It is gone when the run has ended with a
/// <see cref="RunRecord"/>; one that failed, or whose process ended, leaves it behind until the next run of the model.
/// </summary>
/// <param name="Progress">Of the whole run, 0 to 1.</param>
/// <param name="Message">For people.</param>
/// <param name="At">When it was last heard of.</param>
public sealed record RunProgressState(
    string RunId,
    string Model,
    string File,
    [property: JsonConverter(typeof(CamelCaseConverter<RunStage>))] RunStage Stage,
    double Progress,
    string Message,
    DateTimeOffset StartedAt,
    DateTimeOffset At)
{
    /// <summary>A run is heard of more often than this, whatever it does.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <remarks>What was heard of in the future was written by a clock that was ahead.</remarks>
    public bool IsLive(DateTimeOffset now) => Stage != RunStage.Failed && (now - At).Duration() < Silence;
}
