namespace Serverless.Learning.Trainers;

/// <summary>
/// What each slot of a row contributed to a scorer's raw scores (before link and calibration): Shapley values, exact for
/// the scorer's kind. Safe to use from many threads.
/// </summary>
internal abstract class SlotAttribution
{
    /// <summary>One per raw score: what is predicted of a row of which nothing is known.</summary>
    public abstract ReadOnlySpan<double> Base { get; }

    /// <param name="slots">One row, as <see cref="Scorer.Score"/> takes it.</param>
    /// <param name="contributions">
    /// Slot by slot, one per raw score; zeros that are added to. With <see cref="Base"/> they add up to the raw scores.
    /// </param>
    public abstract void AddTo(ReadOnlySpan<float> slots, Span<double> contributions);
}
