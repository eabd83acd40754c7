using System.Text;

namespace Serverless.Csv.Text;

/// <summary>Formats fields for messages.</summary>
public static class FieldText
{
    private const int MaxCharacters = 80;

    /// <summary>The text in quotes, on one line and at most 80 characters long.</summary>
    public static string Show(ReadOnlySpan<byte> field)
    {
        if (field.IsEmpty) return "nothing";

        // UTF-8 needs at most four bytes per character; a truncated last character is dropped with the rest.
        var text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, 4 * MaxCharacters)]);
        return Show(text);
    }

    public static string Show(string text)
    {
        var shown = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        if (shown.Length > MaxCharacters)
        {
            var end = char.IsHighSurrogate(shown[MaxCharacters - 2]) ? MaxCharacters - 2 : MaxCharacters - 1;
            shown = shown[..end] + "…";
        }

        return $"'{shown}'";
    }

    /// <summary>'a', 'b', 'c' and 12 more.</summary>
    public static string List(IEnumerable<string> names, int atMost = 12)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(atMost).Select(Show));
        return all.Count > atMost ? $"{shown} and {all.Count - atMost:N0} more" : shown;
    }
}
