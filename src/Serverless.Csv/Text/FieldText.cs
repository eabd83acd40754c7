using System.Text;

namespace Serverless.Csv.Text;

/// <summary>Fields as they are shown to people.</summary>
public static class FieldText
{
    private const int MaxCharacters = 80;

    /// <summary>The text in quotes, on one line and at most 80 characters long.</summary>
    public static string Show(ReadOnlySpan<byte> field)
    {
        if (field.IsEmpty) return "nothing";

        // Four bytes a character is the most UTF-8 needs; a character cut off at the end is dropped with the rest.
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
