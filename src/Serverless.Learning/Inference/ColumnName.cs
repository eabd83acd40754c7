using System.Text;

namespace Serverless.Learning.Inference;

/// <summary>What a column's name tells about its values.</summary>
internal static class ColumnName
{
    private static readonly HashSet<string> IdWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "ids", "uid", "uuid", "guid", "key", "pk", "no", "nr", "number", "num", "identifier", "identifiant",
        "nummer", "numero", "número", "nro",
    };

    private static readonly string[] IdEndings = ["nummer", "number", "numéro", "numero", "nr", "kennung"];

    /// <summary>The words of a name, as in <c>created_at</c>, <c>createdAt</c> or <c>Created At</c>.</summary>
    public static IEnumerable<string> Words(string name)
    {
        var word = new StringBuilder();
        foreach (var c in name + "_")
        {
            var starts = char.IsUpper(c) && word.Length > 0 && char.IsLower(word[^1]);
            if (!char.IsLetter(c) || starts)
            {
                if (word.Length > 0) yield return word.ToString();
                word.Clear();
            }

            if (char.IsLetter(c)) word.Append(c);
        }
    }

    /// <summary>Whether it names what tells rows apart, such as <c>customer_id</c> or <c>Kundennummer</c>.</summary>
    public static bool IsId(string name)
    {
        var last = Words(name).LastOrDefault();
        return last is not null && (IdWords.Contains(last) || Array.Exists(
            IdEndings, e => last.Length > e.Length && last.EndsWith(e, StringComparison.OrdinalIgnoreCase)));
    }
}
