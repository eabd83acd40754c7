using System.Text.Json;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Search;

/// <summary>The outcome of a finished trial.</summary>
/// <param name="Number">Trial number from 0, in execution order.</param>
/// <param name="Score">The metric on the validation rows; null if the trial failed, see Error.</param>
public sealed record TrialRecord(
    int Number, string Trainer, Hyperparameters Hyperparameters, double? Score, double Seconds, string? Error = null)
    : IJsonOnDeserialized
{
    /// <summary>Number of training rows; 0 if unknown.</summary>
    public int Rows { get; init; }

    /// <summary>
    /// Rung of successive halving, from 0. Only scores of the same rung are comparable: they are of the same rows.
    /// </summary>
    public int Rung { get; init; }

    /// <summary>The trial failed because it exceeded the time limit of a function.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCutOff { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Trainer is null || Hyperparameters is null)
        {
            throw new JsonException("Expected a trial's trainer and hyperparameters, found a record without them.");
        }

        HyperparameterAliases.Rename(Trainer, Hyperparameters);
    }
}
