namespace Serverless.Learning.Trainers.Baseline;

/// <summary>Of a scorer that looks at nothing.</summary>
internal sealed class ConstantAttribution(double[] raw) : SlotAttribution
{
    public override ReadOnlySpan<double> Base => raw;

    public override void AddTo(ReadOnlySpan<float> slots, Span<double> contributions)
    {
    }
}
