using Serverless.Csv.Text;

namespace Serverless.Learning.Inference;

/// <summary>Finds the name that was probably meant by one that does not exist.</summary>
internal static class NameSuggestion
{
    private const double MinLikeness = 0.5;

    /// <summary>The most alike of the names; null if none is alike enough.</summary>
    public static string? Nearest(string name, IEnumerable<string> names)
    {
        var closest = names.Select(n => (Name: n, Likeness: NameLikeness.Of(n, name)))
            .OrderByDescending(n => n.Likeness).FirstOrDefault();
        return closest.Likeness < MinLikeness ? null : closest.Name;
    }

    /// <summary>A question after what was found, or nothing.</summary>
    public static string Ask(string name, IEnumerable<string> names) =>
        Nearest(name, names) is { } nearest ? $" (is {FieldText.Show(nearest)} meant?)" : "";
}
