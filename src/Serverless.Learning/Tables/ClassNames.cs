using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Learning.Tables;

/// <summary>
/// Classes that are numbers: <c>1</c> and <c>1.0</c> are one class, named by the shorter text. A column of whole numbers is
/// written with a point once it has had a gap. <c>01</c> is a code of its own, and so is every text where not all are numbers.
/// </summary>
public static class ClassNames
{
    /// <summary>
    /// The same number in its shortest form: no zeros behind the point, no point behind a whole number, no plus. Else the
    /// text itself.
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

    /// <summary>The same classes by their shortest names; as they are where not all are numbers, or two are the same one.</summary>
    public static IReadOnlyList<string> Unify(IReadOnlyList<string> classes)
    {
        if (!AreNumbers(classes)) return classes;
        string[] shorter = [.. classes.Select(Shorten)];
        return shorter.Distinct().Count() == classes.Count ? shorter : classes;
    }

    /// <summary>A label's column in which equal numbers are one class.</summary>
    public static CategoricalColumn Merge(CategoricalColumn column)
    {
        if (!AreNumbers(column.Values)) return column;
        var index = new CategoryIndex();
        int[] codes = [.. column.Values.Select(text => index.FindOrAdd(Shorten(text)))];
        return new CategoricalColumn(column.Name, Array.ConvertAll(column.Codes, c => c < 0 ? c : codes[c]), index.ToTexts());
    }

    /// <summary>The place of a class however it was written; −1 where it is not among them.</summary>
    public static int Find(IReadOnlyList<string> classes, string text)
    {
        for (var c = 0; c < classes.Count; c++)
        {
            if (classes[c] == text) return c;
        }

        if (!AreNumbers([text]) || !AreNumbers(classes)) return -1;
        var shorter = Shorten(text);
        for (var c = 0; c < classes.Count; c++)
        {
            if (Shorten(classes[c]) == shorter) return c;
        }

        return -1;
    }

    private static bool AreNumbers(IReadOnlyList<string> texts) =>
        texts.All(text => Utf8NumberParser.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
