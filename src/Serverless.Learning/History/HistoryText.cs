using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.History;

/// <summary>What was decided about a history, and why, for people.</summary>
internal static class HistoryText
{
    /// <summary>Reasons of one part.</summary>
    /// <param name="rows">How many rows are repeated, and of how many.</param>
    /// <param name="isExtract">Whether rows outside of a block are repeated too.</param>
    /// <param name="isFew">Whether most rows are equal to others of their file.</param>
    public static string Why(
        (int Repeated, int All) rows, RepeatedBlock block, bool isExtract, bool isSure, bool isFew)
    {
        var share = $"{NumberFormat.Of(rows.Repeated)} of its {NumberFormat.Count(rows.All, "row")}";
        if (rows.Repeated == 0)
        {
            return isSure
                ? "has rows equal to earlier ones, no more than chance makes equal"
                : "has rows equal to earlier ones, some of which may be repeated, while others are equal by "
                    + "chance; all of them count, as so none is lost";
        }

        var found = block.Kind switch
        {
            BlockKind.Whole => $"repeats {share}, all rows of earlier files in their order",
            BlockKind.End => $"repeats {share}, the last ones of the file before in their order",
            BlockKind.Changed => $"repeats {share}, which stand in the order of the file before",
            _ => $"repeats {share}, more than chance makes equal",
        };
        if (isSure || block.Kind == BlockKind.Changed || (isExtract && block.Kind != BlockKind.None)) return found;
        return isFew
            ? $"{found}; which ones is not certain, as many rows are equal"
            : $"{found.Replace("more than", "about as many as", StringComparison.Ordinal)}; they count once, as a row "
                + "that counts twice may be both learned from and tested on";
    }

    /// <summary>A clause to append to the reasons; empty without changed rows.</summary>
    public static string Changed(int changed) => changed == 0
        ? ""
        : $"; {NumberFormat.Count(changed, "row")} of the file before "
            + $"{(changed == 1 ? "is not in it, and a similar one is" : "are not in it, and similar ones are")}, "
            + "so both states count: name the columns that identify a row in data.key, and the newest state counts";

    /// <summary>One sentence, or a few, about all parts.</summary>
    public static string Of(IReadOnlyList<PartHistory> parts, DataSettings settings)
    {
        var all = parts.Sum(p => (long)p.Counted + p.Elsewhere + p.OutsideWindow);
        var counted = parts.Sum(p => (long)p.Counted);
        var counts = all == counted
            ? $"All {NumberFormat.Count(all, "row")} of {NumberFormat.Count(parts.Count, "file")} count"
            : $"{NumberFormat.Of(counted)} of {NumberFormat.Count(all, "row")} of "
                + $"{NumberFormat.Count(parts.Count, "file")} count";
        var outside = parts.Sum(p => (long)p.OutsideWindow);
        var window = outside == 0 ? "" : $", as data.window leaves out {NumberFormat.Of(outside)}";
        var reasons = parts.Where(p => p.Why.Length > 0).ToList();
        // The newest decision and those that are not sure matter; the others are as the newest.
        var told = reasons.Where(p => !p.IsSure || p == reasons[^1]).Take(3).ToList();
        var why = string.Concat(told.Select(p => $" '{p.Name}' {p.Why}."));
        return $"{counts}{window}.{Mode(settings, parts)}{why}{Remedy(settings, parts)}";
    }

    private static string Mode(DataSettings settings, IReadOnlyList<PartHistory> parts) => settings switch
    {
        { Key: { } key } => $" Of the rows with the same {string.Join(", ", key.Select(k => $"'{k}'"))} the newest "
            + "counts (data.key).",
        { Mode: DataMode.Append } => " All files are increments (data.mode).",
        { Mode: DataMode.Extract } => " Rows that earlier files have count once (data.mode).",
        _ when parts.Count > 1 && parts.All(p => p.Mode == DataMode.Append) => " Files are taken as increments.",
        _ => "",
    };

    private static string Remedy(DataSettings settings, IReadOnlyList<PartHistory> parts)
    {
        if (settings is not { Mode: null, Key: null } || parts.All(p => p.Why.Length == 0)) return "";
        return parts.All(p => p.IsSure)
            ? " If that is wrong, set data.mode in model.json: append if all rows are new, extract if files repeat "
                + "earlier rows."
            : " This is not certain: set data.mode in model.json to append if all rows are new, or to extract if files "
                + "repeat earlier rows.";
    }
}
