using System.Runtime.InteropServices;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>
/// Between which values a leaf's must lie, so that a feature whose direction is given keeps it: a split by such a feature
/// leaves one child the values up to the middle of both, and the other those from there on (as in XGBoost).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LeafBounds(double Low, double High)
{
    public static readonly LeafBounds None = new(double.NegativeInfinity, double.PositiveInfinity);
}
