using Serverless.Learning.Trainers;

namespace Serverless.Learning.Search;

/// <summary>What became of a finished trial of a search.</summary>
/// <param name="Number">From 0, in the order in which trials ran.</param>
/// <param name="Score">The metric on the validation rows; null where the trial failed, see Error.</param>
public sealed record TrialRecord(
    int Number, string Trainer, Hyperparameters Hyperparameters, double? Score, double Seconds, string? Error = null)
    : IJsonOnDeserialized
{
    /// <summary>How many rows it learned from; 0 where that is not known.</summary>
    public int Rows { get; init; }

    /// <summary>Step of successive halving, from 0. Scores of one rung are of the same rows and can be compared.</summary>
    public int Rung { get; init; }

    /// <summary>It failed because it did not end within the time limit of a function.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCutOff { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => HyperparameterAliases.Rename(Trainer, Hyperparameters);
}
