namespace Serverless.Learning.Trainers.Baseline;

/// <summary>The attribution of a scorer without features: all base, no contributions.</summary>
internal sealed class ConstantAttribution(double[] raw) : SlotAttribution
{
    public override ReadOnlySpan<double> Base => raw;

    public override void AddTo(ReadOnlySpan<float> slots, Span<double> contributions)
    {
    }
}
