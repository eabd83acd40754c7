using System.Runtime.InteropServices;
using Serverless.Learning.Binning;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Trainers.Linear;

/// <summary>
/// Which columns of a linear model a slot stands for. A number has one, standardised by the training rows, and a second
/// that is 1 where it is missing, if that occurred in training. A category has one for each category, for any other,
/// and for missing. So each slot of a row has exactly one entry that is not zero, and the wide matrix is never made.
/// </summary>
public sealed class LinearDesign
{
    private readonly DesignSlot[] _slots;

    public LinearDesign(DesignSlot[] slots)
    {
        _slots = slots;
        ColumnCount = slots.Sum(s => s.Width);
    }

    /// <summary>Without the intercept.</summary>
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

    /// <summary>Mean and standard deviation of what is not NaN. The deviation of equal values is 1: there is nothing to scale.</summary>
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

        // Rounding of the mean alone must not pass for a deviation.
        var deviation = Math.Sqrt(squares / count);
        return (mean, deviation > Math.Abs(mean) * 1e-12 ? deviation : 1);
    }

    /// <returns>The slot's one entry, and in <paramref name="column"/> where it is.</returns>
    public double Entry(int slot, float value, out int column)
    {
        ref readonly var s = ref _slots[slot];
        column = s.FirstColumn;
        if (float.IsNaN(value))
        {
            // Missing, though never in training: the mean, or no category at all.
            if (s.HasMissing == 0) return 0;
            column += s.Width - 1;
            return 1;
        }

        if (s.Cardinality == 0) return (value - s.Mean) / s.Deviation;
        column += Math.Clamp((int)value, 0, s.Cardinality);
        return 1;
    }
}

/// <summary>One slot of a <see cref="LinearDesign"/>; also its form in a model file.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DesignSlot
{
    /// <summary>0 for a number.</summary>
    public int Cardinality;

    /// <summary>1 where the last column says that the value is missing.</summary>
    public int HasMissing;

    public double Mean;

    public double Deviation;

    public int FirstColumn;

    private readonly int _padding;

    public readonly int Width => (Cardinality > 0 ? Cardinality + 1 : 1) + HasMissing;
}
