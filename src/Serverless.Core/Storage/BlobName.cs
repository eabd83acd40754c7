using System.Text;

namespace Serverless.Core.Storage;

/// <summary>
/// Rules for blob names, common to all stores. A valid name denotes the same blob on Azure and in a folder on Linux,
/// macOS and Windows, and never a file outside the store.
/// </summary>
public static class BlobName
{
    /// <summary>
    /// Max UTF-8 bytes of a name. Azure allows 1,024 characters; the difference is reserved for the root folder's path.
    /// </summary>
    public const int MaxBytes = 900;

    /// <summary>Max UTF-8 bytes of a segment: the limit of ext4, XFS, APFS and NTFS.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Prefix of segments reserved for the stores.</summary>
    public const string ReservedPrefix = ".store";

    private const string IllegalOnWindows = "<>:\"|?*";

    /// <exception cref="ArgumentException">The name breaks a rule; the message contains both.</exception>
    public static void Require(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (BrokenRule(name) is { } rule) throw new ArgumentException($"Blob name '{name}' {rule}.", nameof(name));
    }

    /// <exception cref="ArgumentException">The name is not a folder's, which ends with '/'.</exception>
    public static void RequireFolder(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!folder.EndsWith('/')) throw new ArgumentException($"Folder '{folder}' must end with '/'.", nameof(folder));
        Require(folder[..^1]);
    }

    public static bool IsValid(string name) => BrokenRule(name) is null;

    /// <summary>The rule broken by a name, as the predicate of a sentence; null if it is valid.</summary>
    public static string? BrokenRule(string name)
    {
        if (name.Length == 0) return "must not be empty";
        if (name[0] == '/' || name[^1] == '/') return "must not begin or end with '/'";
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes) return $"must not be longer than {MaxBytes} bytes";
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value == '\\') return @"must not contain '\'; segments are separated by '/'";
            if (Rune.IsControl(rune)) return $"must not contain control characters (U+{rune.Value:X4})";

            // U+FFFD replaces invalid Unicode: half a surrogate pair, or a file name that is not UTF-8.
            if (rune == Rune.ReplacementChar) return "must be well-formed Unicode";
            if (rune.IsAscii && IllegalOnWindows.Contains((char)rune.Value))
            {
                return $"must not contain '{rune}', which Windows does not allow in a file name";
            }
        }

        foreach (var segment in name.AsSpan().Split('/'))
        {
            if (BrokenRuleOfSegment(name.AsSpan(segment)) is { } rule) return rule;
        }

        return null;
    }

    private static string? BrokenRuleOfSegment(ReadOnlySpan<char> segment) => segment switch
    {
        "" => "must not contain an empty segment ('//')",
        "." or ".." => "must not contain the segments '.' and '..'",
        _ when segment.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase) =>
            $"must not contain a segment that begins with '{ReservedPrefix}'",
        _ when Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes =>
            $"must not contain a segment longer than {MaxSegmentBytes} bytes",
        _ when segment[^1] is '.' or ' ' =>
            "must not contain a segment that ends with '.' or a space: Windows drops them",
        _ when IsWindowsDevice(segment) => $"must not contain '{segment}', which is a device on Windows",
        _ => null,
    };

    /// <summary>CON, PRN, AUX, NUL, COM0 to COM9 and LPT0 to LPT9, with or without an extension.</summary>
    private static bool IsWindowsDevice(ReadOnlySpan<char> segment)
    {
        var dot = segment.IndexOf('.');
        Span<char> stem = stackalloc char[4];
        var before = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ');
        if (before.Length is not (3 or 4)) return false;
        stem = stem[..before.ToUpperInvariant(stem)];
        return stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && char.IsAsciiDigit(stem[3]));
    }
}
