using Microsoft.ML.Data;
using Serverless.Learning.Binning;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.MlNet;

/// <summary>
/// Encodes slots as the vector that Microsoft.ML's trainers take: standardised numbers, one-hot categories. A missing
/// category has its own column. A missing number is the mean with an indicator column, or NaN for trainers that handle
/// it.
/// </summary>
internal sealed class FeatureColumns
{
    /// <summary>
    /// Numbers are clamped to this many deviations: the trainers compute in single precision, which the largest numbers
    /// would overflow.
    /// </summary>
    private const double MaxDeviations = 1e6;

    private readonly bool _keepsMissing;

    private FeatureColumns(LinearDesign design, bool keepsMissing) => (Design, _keepsMissing) = (design, keepsMissing);

    public LinearDesign Design { get; }

    public int Count => Design.ColumnCount;

    /// <param name="keepsMissing">Whether missing numbers stay NaN.</param>
    public static FeatureColumns Fit(FeatureMatrix features, bool keepsMissing, int threads)
    {
        var slots = LinearDesign.Fit(features, threads).Slots.ToArray();
        var column = 0;
        foreach (ref var slot in slots.AsSpan())
        {
            // A category may be missing for the first time in serving, so its columns are always complete.
            slot.HasMissing = slot.Cardinality > 0 ? 1 : keepsMissing ? 0 : slot.HasMissing;
            slot.FirstColumn = column;
            column += slot.Width;
        }

        return new FeatureColumns(new LinearDesign(slots), keepsMissing);
    }

    /// <param name="vector">Reused if large enough; each slot has at most one non-zero entry.</param>
    public void Fill(ReadOnlySpan<float> slots, ref VBuffer<float> vector)
    {
        var editor = VBufferEditor.Create(ref vector, Count, slots.Length);
        for (var i = 0; i < slots.Length; i++)
        {
            var entry = Math.Clamp(Design.Entry(i, slots[i], out var column), -MaxDeviations, MaxDeviations);
            var staysMissing = _keepsMissing && Design.Slots[i].Cardinality == 0 && float.IsNaN(slots[i]);
            editor.Values[i] = staysMissing ? float.NaN : (float)entry;
            if (slots.Length < Count) editor.Indices[i] = column;
        }

        vector = editor.Commit();
    }

    /// <summary>First and last column of each categorical slot, as in Microsoft.ML's CategoricalSlotRanges.</summary>
    public int[] CategoryRanges()
    {
        var ranges = new List<int>();
        foreach (var slot in Design.Slots)
        {
            if (slot.Cardinality > 0) ranges.AddRange([slot.FirstColumn, slot.FirstColumn + slot.Width - 1]);
        }

        return [.. ranges];
    }

    /// <summary>Sums per-column values by slot; empty for empty.</summary>
    public double[] BySlot(IReadOnlyList<double> byColumn)
    {
        if (byColumn.Count == 0) return [];
        var bySlot = new double[Design.Slots.Length];
        for (var slot = 0; slot < bySlot.Length; slot++)
        {
            var (first, width) = (Design.Slots[slot].FirstColumn, Design.Slots[slot].Width);
            for (var column = first; column < first + width; column++) bySlot[slot] += byColumn[column];
        }

        return bySlot;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_keepsMissing ? 1 : 0);
        writer.WriteArray(Design.Slots);
    }

    /// <exception cref="InvalidDataException">The payload is not of feature columns.</exception>
    public static FeatureColumns Load(ref PayloadReader reader)
    {
        var keepsMissing = reader.ReadInt32() != 0;
        return new FeatureColumns(LinearDesign.FromFile(reader.ReadArray<DesignSlot>()), keepsMissing);
    }
}
