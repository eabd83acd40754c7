using System.Runtime.InteropServices;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Bounds of a leaf's value, which enforce monotone features: a split by such a feature limits one child to values up
/// to the midpoint of both, and the other to values from there on (as in XGBoost).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LeafBounds(double Low, double High)
{
    public static readonly LeafBounds None = new(double.NegativeInfinity, double.PositiveInfinity);
}
