namespace Serverless.Learning.Trainers;

/// <summary>
/// Each slot's contribution to a row's raw scores (before link and calibration): Shapley values, exact for the kind of
/// scorer. Safe to use from many threads.
/// </summary>
internal abstract class SlotAttribution
{
    /// <summary>The expected raw scores of an unknown row.</summary>
    public abstract ReadOnlySpan<double> Base { get; }

    /// <param name="slots">One row, as <see cref="Scorer.Score"/> takes it.</param>
    /// <param name="contributions">
    /// Slot by slot, one per raw score; zeros to add to. With <see cref="Base"/> they add up to the raw scores.
    /// </param>
    public abstract void AddTo(ReadOnlySpan<float> slots, Span<double> contributions);
}
