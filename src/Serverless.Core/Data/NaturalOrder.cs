namespace Serverless.Core.Data;

/// <summary>Natural sort order of file names: <c>data-9.csv</c> before <c>data-10.csv</c>. Otherwise ordinal.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var first = TakeRun(ref a);
            var second = TakeRun(ref b);
            var compared = char.IsAsciiDigit(first[0]) && char.IsAsciiDigit(second[0])
                ? CompareNumbers(first, second)
                : first.SequenceCompareTo(second);
            if (compared != 0) return compared;
        }

        var rest = a.Length.CompareTo(b.Length);
        return rest != 0 ? rest : string.CompareOrdinal(x, y); // 01 and 1 are one number, and two names
    }

    /// <summary>Compares digit strings of any length by value.</summary>
    public static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }

    /// <summary>Takes the leading run of digits or of non-digits.</summary>
    private static ReadOnlySpan<char> TakeRun(ref ReadOnlySpan<char> text)
    {
        var isNumber = char.IsAsciiDigit(text[0]);
        var length = 1;
        while (length < text.Length && char.IsAsciiDigit(text[length]) == isNumber) length++;
        var run = text[..length];
        text = text[length..];
        return run;
    }
}
