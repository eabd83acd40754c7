using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cells;

/// <summary>Words for true and false in common languages and tools.</summary>
/// <param name="blankIsFalse">For a column that has a mark or nothing, as SAP writes flags.</param>
public sealed class BooleanFormat(bool blankIsFalse) : CellFormat
{
    private static readonly HashSet<string> True = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "yes", "t", "y", "1", "on", "wahr", "ja", "j", "vrai", "oui", "o", "verdadero", "sí", "si", "vero",
        "sim", "verdadeiro", "kyllä", "igen", "ano", "sant", "sand", "waar", "prawda", "tak", "x", "✓", "✔",
        "enabled", "active", "aktiv",
    };

    private static readonly HashSet<string> False = new(StringComparer.OrdinalIgnoreCase)
    {
        "false", "no", "f", "n", "0", "off", "falsch", "nein", "faux", "non", "falso", "não", "ei", "nem", "ne",
        "falskt", "falsk", "nej",
        "nei", "nee", "onwaar", "fałsz", "nie", "✗", "✘", "disabled", "inactive", "inaktiv",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> IsTrue =
        True.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> IsFalse =
        False.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool BlankIsFalse => blankIsFalse;

    public override int Write(ReadOnlySpan<byte> cell, Span<byte> to)
    {
        if (cell.IsEmpty && blankIsFalse) return Put("false"u8, to);
        return TryParse(cell, out var value) ? Put(value ? "true"u8 : "false"u8, to) : -1;
    }

    public override string ToString() => blankIsFalse ? "a mark for true, nothing for false" : "true or false";

    public static bool TryParse(ReadOnlySpan<byte> cell, out bool value)
    {
        if (BooleanText.TryParse(cell, out value)) return true;
        if (cell.IsEmpty || cell.Length > 16) return false;
        Span<char> text = stackalloc char[16];
        var word = text[..Encoding.UTF8.GetChars(cell, text)];
        value = IsTrue.Contains(word);
        return value || IsFalse.Contains(word);
    }
}
