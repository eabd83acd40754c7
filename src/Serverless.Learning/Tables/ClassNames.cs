using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Learning.Tables;

/// <summary>
/// Unifies classes that are numbers: <c>1</c> and <c>1.0</c> are one class, named by the shorter text, since tools
/// write whole numbers with a point once the column has had a gap. <c>01</c> stays a code of its own, and so does every
/// text unless all are numbers.
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

    /// <summary>The classes by their shortest names; unchanged unless all are numbers and all differ.</summary>
    public static IReadOnlyList<string> Unify(IReadOnlyList<string> classes)
    {
        if (!AreNumbers(classes)) return classes;
        string[] shorter = [.. classes.Select(Shorten)];
        return shorter.Distinct().Count() == classes.Count ? shorter : classes;
    }

    /// <summary>Merges equal numbers of a label's column into one class.</summary>
    public static CategoricalColumn Merge(CategoricalColumn column)
    {
        if (!AreNumbers(column.Values)) return column;
        var index = new CategoryIndex();
        int[] codes = [.. column.Values.Select(text => index.FindOrAdd(Shorten(text)))];
        return new CategoricalColumn(
            column.Name, Array.ConvertAll(column.Codes, c => c < 0 ? c : codes[c]), index.ToTexts());
    }

    /// <summary>Index of a class, however it is spelt; −1 if unknown.</summary>
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
