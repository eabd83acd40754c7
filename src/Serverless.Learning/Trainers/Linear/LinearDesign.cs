using System.Runtime.InteropServices;
using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Linear;

/// <summary>
/// Maps slots to the columns of a linear model. A number has one, standardised by the training rows, and an indicator
/// of missing values if any occurred in training. A category is one-hot, with columns for any other and for missing.
/// Each slot of a row thus has exactly one non-zero entry, and the wide matrix is never materialised.
/// </summary>
public sealed class LinearDesign
{
    private readonly DesignSlot[] _slots;

    public LinearDesign(DesignSlot[] slots)
    {
        _slots = slots;
        ColumnCount = slots.Sum(s => s.Width);
    }

    /// <summary>Number of columns without the intercept.</summary>
    public int ColumnCount { get; }

    public ReadOnlySpan<DesignSlot> Slots => _slots;

    public static LinearDesign Fit(FeatureMatrix features, int threads)
    {
        var slots = new DesignSlot[features.Slots.Count];
        OrderedParallel.For(threads, slots.Length, i =>
        {
            var values = features.Columns[i];
            var (mean, deviation) = features.Slots[i].IsCategorical ? (0, 1) : Moments(values);
            slots[i] = new DesignSlot
            {
                Cardinality = features.Slots[i].Cardinality,
                HasMissing = Array.Exists(values, float.IsNaN) ? 1 : 0,
                Mean = mean,
                Deviation = deviation,
            };
        });

        var columns = 0;
        foreach (ref var slot in slots.AsSpan())
        {
            slot.FirstColumn = columns;
            columns += slot.Width;
        }

        return new LinearDesign(slots);
    }

    /// <summary>Creates the design from slots read from a file.</summary>
    /// <exception cref="InvalidDataException">The slots are invalid.</exception>
    public static LinearDesign FromFile(DesignSlot[] slots)
    {
        var columns = 0;
        foreach (var slot in slots)
        {
            if (slot.FirstColumn != columns || slot.Cardinality < 0 || slot.HasMissing is not (0 or 1))
            {
                throw new InvalidDataException(
                    $"Expected a slot that begins at column {columns}, found {slot.FirstColumn}.");
            }

            columns += slot.Width;
        }

        return new LinearDesign(slots);
    }

    /// <summary>
    /// Mean and standard deviation, ignoring NaN. A constant has deviation 1, since it needs no scaling.
    /// </summary>
    public static (double Mean, double Deviation) Moments(float[] values)
    {
        var (count, sum) = (0L, 0.0);
        foreach (var value in values)
        {
            if (float.IsNaN(value)) continue;
            count++;
            sum += value;
        }

        if (count == 0) return (0, 1);
        var mean = sum / count;
        var squares = 0.0;
        foreach (var value in values)
        {
            if (!float.IsNaN(value)) squares += (value - mean) * (value - mean);
        }

        // Rounding errors of the mean must not count as deviation.
        var deviation = Math.Sqrt(squares / count);
        return (mean, deviation > Math.Abs(mean) * 1e-12 ? deviation : 1);
    }

    /// <returns>The slot's non-zero entry, at <paramref name="column"/>.</returns>
    public double Entry(int slot, float value, out int column)
    {
        ref readonly var s = ref _slots[slot];
        column = s.FirstColumn;
        if (float.IsNaN(value))
        {
            // Missing, but never in training: the mean, or no category.
            if (s.HasMissing == 0) return 0;
            column += s.Width - 1;
            return 1;
        }

        if (s.Cardinality == 0) return (value - s.Mean) / s.Deviation;
        column += Math.Clamp((int)value, 0, s.Cardinality);
        return 1;
    }
}

/// <summary>One slot of a <see cref="LinearDesign"/>, laid out as in a model file.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DesignSlot
{
    /// <summary>0 for a number.</summary>
    public int Cardinality;

    /// <summary>1 if the last column indicates missing values.</summary>
    public int HasMissing;

    public double Mean;

    public double Deviation;

    public int FirstColumn;

    private readonly int _padding;

    public readonly int Width => (Cardinality > 0 ? Cardinality + 1 : 1) + HasMissing;
}
