using System.Text;

namespace Serverless.Csv.Values;

/// <summary>Parses true, yes, t, y, 1 and false, no, f, n, 0, in any case.</summary>
public static class BooleanText
{
    public static bool TryParse(ReadOnlySpan<byte> text, out bool value)
    {
        value = text.Length switch
        {
            1 => (text[0] | 0x20) is 't' or 'y' || text[0] == '1',
            3 => Ascii.EqualsIgnoreCase(text, "yes"u8),
            4 => Ascii.EqualsIgnoreCase(text, "true"u8),
            _ => false,
        };
        return value || text.Length switch
        {
            1 => (text[0] | 0x20) is 'f' or 'n' || text[0] == '0',
            2 => Ascii.EqualsIgnoreCase(text, "no"u8),
            5 => Ascii.EqualsIgnoreCase(text, "false"u8),
            _ => false,
        };
    }
}
