namespace Serverless.Learning.Trainers;

/// <summary>Named numbers, in ordinal order of their names so that they are written the same way every time.</summary>
public sealed class Hyperparameters : SortedDictionary<string, double>
{
    public Hyperparameters() : base(StringComparer.Ordinal)
    {
    }

    /// <exception cref="KeyNotFoundException">Names the hyperparameter that is not there.</exception>
    public double Get(string name) =>
        TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"No hyperparameter '{name}'.");

    public int GetInt32(string name) => checked((int)Get(name));

    public override string ToString() => string.Join(", ", this.Select(p => $"{p.Key} {p.Value:0.#####}"));
}
