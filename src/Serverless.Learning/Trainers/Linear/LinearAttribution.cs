
namespace Serverless.Learning.Trainers.Linear;

/// <summary>
/// Shapley values of a linear model with independent slots: a slot's contribution to the raw score minus its mean over
/// the training rows (Lundberg and Lee, 'A unified approach to interpreting model predictions', NeurIPS 2017).
/// </summary>
internal sealed class LinearAttribution : SlotAttribution
{
    private readonly LinearScorer _scorer;
    private readonly double[] _base;

    public LinearAttribution(LinearScorer scorer)
    {
        (_scorer, _base) = (scorer, [.. scorer.Intercepts]);
        for (var i = 0; i < scorer.SlotMeans.Length; i++) _base[i % _base.Length] += scorer.SlotMeans[i];
    }

    public override ReadOnlySpan<double> Base => _base;

    public override void AddTo(ReadOnlySpan<float> slots, Span<double> contributions)
    {
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var entry = _scorer.Design.Entry(slot, slots[slot], out var column);
            for (var k = 0; k < _base.Length; k++)
            {
                var at = (slot * _base.Length) + k;
                contributions[at] += (entry * _scorer.Weights[(column * _base.Length) + k]) - _scorer.SlotMeans[at];
            }
        }
    }
}
