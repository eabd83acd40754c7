using Serverless.Learning.Binning;

namespace Serverless.Learning.Tables;

/// <summary>All rows of one column of a large file, in about one byte each.</summary>
public abstract record BinnedTableColumn(string Name);

/// <summary>Numbers and booleans have one slot, a timestamp one per calendar part.</summary>
internal sealed record BinnedNumbers(string Name, BinnedSlot[] Slots) : BinnedTableColumn(Name);

/// <param name="Bins">See <see cref="BinThresholds"/>. One per row; the array may be longer.</param>
public sealed record BinnedSlot(BinThresholds Edges, byte[] Bins);

/// <param name="Values">The distinct texts, in order of first appearance.</param>
internal sealed record CodedTexts(string Name, RowCodes Codes, IReadOnlyList<string> Values)
    : BinnedTableColumn(Name);
