namespace Serverless.Learning.Trainers;

/// <summary>Hyperparameters by name, ordered ordinally so that they are always written the same way.</summary>
public sealed class Hyperparameters : SortedDictionary<string, double>
{
    public Hyperparameters() : base(StringComparer.Ordinal)
    {
    }

    /// <exception cref="KeyNotFoundException">The hyperparameter is missing; the message names it.</exception>
    public double Get(string name) =>
        TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"No hyperparameter '{name}'.");

    public int GetInt32(string name) => checked((int)Get(name));

    public override string ToString() => string.Join(", ", this.Select(p => $"{p.Key} {p.Value:0.#####}"));
}
