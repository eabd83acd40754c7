using System.Text;
using Serverless.Csv.Cells;
using Serverless.Csv.Values;

namespace Serverless.Learning.Tables;

/// <summary>
/// Unifies spellings of one class. <c>1</c> and <c>1.0</c> are one, named by the shorter text, where all classes are
/// numbers: tools write whole numbers with a point once the column has had a gap; <c>01</c> stays a code of its own.
/// Other classes are one where only case, blanks and a full stop at the end differ, or where all of them are words for
/// true and false; the most frequent spelling names them.
/// </summary>
public static class ClassNames
{
    /// <summary>
    /// The same number in its shortest form: no zeros after the point, no point after a whole number, no plus. Any
    /// other text unchanged.
    /// </summary>
    public static ReadOnlySpan<byte> Shorten(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || !(text[^1] is (byte)'0' or (byte)'.' || text[0] == '+')) return text;
        var digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        if (whole.IsEmpty || whole.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return text;
        if (point >= 0)
        {
            if (digits[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9')) return text;
            digits = digits.TrimEnd((byte)'0').TrimEnd((byte)'.');
        }

        var isNegative = text[0] == '-' && !digits.SequenceEqual("0"u8);
        return isNegative ? text[..(digits.Length + 1)] : digits;
    }

    public static string Shorten(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var shorter = Shorten(utf8);
        return shorter.Length == utf8.Length ? text : Encoding.UTF8.GetString(shorter);
    }

    /// <summary>The classes as the other model spells them; unchanged where it does not know one.</summary>
    public static IReadOnlyList<string> Align(IReadOnlyList<string> classes, IReadOnlyList<string> to)
    {
        string[] aligned = [.. classes.Select(c => Find(to, c) is >= 0 and var at ? to[at] : c)];
        return aligned.Distinct().Count() == classes.Count ? aligned : classes;
    }

    /// <summary>The same text for every spelling of a class, apart from numbers and truths.</summary>
    public static string Key(string text)
    {
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .ToLowerInvariant();
        var withoutStop = words.TrimEnd('.');
        return withoutStop.Length > 0 ? withoutStop : words;
    }

    /// <summary>Groups spellings of one class; each group is a list of indices.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Group(IReadOnlyList<string> spellings)
    {
        var key = AreNumbers(spellings) ? Shorten : (Func<string, string>)Key;
        var groups = spellings.Index().GroupBy(s => key(s.Item), s => s.Index).ToList();
        if (groups.Count > 2 && spellings.All(s => Truth(s) is not null))
        {
            groups = [.. spellings.Index().GroupBy(s => Truth(s.Item).ToString()!, s => s.Index)];
        }

        return [.. groups.Select(g => (IReadOnlyList<int>)[.. g])];
    }

    /// <summary>Merges the spellings of a label's classes.</summary>
    public static CategoricalColumn Merge(CategoricalColumn column)
    {
        var groups = Group(column.Values);
        var areNumbers = AreNumbers(column.Values);
        if (groups.Count == column.Values.Count && !areNumbers) return column;
        var counts = new long[column.Values.Count];
        foreach (var code in column.Codes)
        {
            if (code >= 0) counts[code]++;
        }

        var codes = new int[column.Values.Count];
        var names = new string[groups.Count];
        foreach (var (g, group) in groups.Index())
        {
            var usual = column.Values[group.MaxBy(i => counts[i])];
            names[g] = areNumbers ? Shorten(usual) : usual;
            foreach (var i in group) codes[i] = g;
        }

        return new CategoricalColumn(column.Name, Array.ConvertAll(column.Codes, c => c < 0 ? c : codes[c]), names);
    }

    /// <summary>Index of a class, however it is spelt; −1 if unknown.</summary>
    public static int Find(IReadOnlyList<string> classes, string text)
    {
        for (var c = 0; c < classes.Count; c++)
        {
            if (classes[c] == text) return c;
        }

        string[] together = [.. classes, text];
        if (AreNumbers(together)) return Find(classes, text, Shorten);
        var found = Find(classes, text, Key);
        return found < 0 && classes.Count == 2 && together.All(t => Truth(t) is not null)
            ? Find(classes, text, t => Truth(t).ToString()!)
            : found;
    }

    private static int Find(IReadOnlyList<string> classes, string text, Func<string, string> key)
    {
        var sought = key(text);
        for (var c = 0; c < classes.Count; c++)
        {
            if (key(classes[c]) == sought) return c;
        }

        return -1;
    }

    /// <summary>Null for a class that is no word for true or false.</summary>
    internal static bool? Truth(string text) =>
        BooleanFormat.TryParse(Shorten(Encoding.UTF8.GetBytes(text)), out var value) ? value : null;

    private static bool AreNumbers(IReadOnlyList<string> texts) =>
        texts.All(text => Utf8NumberParser.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
