using Serverless.Learning.Definition;

namespace Serverless.Core.Training;

/// <summary>
/// The progress of a run: <c>monitoring/{model}/running/{run}.json</c>. Deleted when the run ends with a <see
/// cref="RunRecord"/>; a failed or killed run leaves it until the model's next run.
/// </summary>
/// <param name="Progress">Of the whole run, 0 to 1.</param>
/// <param name="At">Time of the last update.</param>
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
    /// <summary>Max time between two updates of a live run.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <remarks>A time in the future was written by a clock that was ahead.</remarks>
    public bool IsLive(DateTimeOffset now) => Stage != RunStage.Failed && (now - At).Duration() < Silence;
}
