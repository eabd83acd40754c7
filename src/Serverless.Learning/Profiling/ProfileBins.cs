using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Serverless.Learning.Definition;

namespace Serverless.Learning.Profiling;

/// <summary>The bins of one column, for its profile and for the traffic that is compared with it.</summary>
public sealed class ProfileBins
{
    // Full of infinity behind the last edge, so that whole vectors can be compared.
    private readonly double[] _edges;

    /// <param name="edges">See <see cref="FeatureProfile.Edges"/>.</param>
    public ProfileBins(IReadOnlyList<double> edges)
    {
        Count = edges.Count + 1;
        var width = Vector256<double>.Count;
        _edges = new double[(edges.Count + width - 1) / width * width];
        Array.Fill(_edges, double.PositiveInfinity);
        for (var i = 0; i < edges.Count; i++) _edges[i] = edges[i];
    }

    public ProfileBins(FeatureProfile profile)
        : this(profile.Edges)
    {
        Count = profile.Counts.Count;
        IsCategorical = profile.Type == ColumnType.Categorical;
    }

    /// <summary>How many bins there are.</summary>
    public int Count { get; }

    /// <summary>A value is a category's code, and as such its bin.</summary>
    public bool IsCategorical { get; }

    /// <returns>The bin of a number: how many edges are below it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(float number)
    {
        // A dozen edges are compared sooner than searched.
        var value = Vector256.Create((double)number);
        var below = Vector256<long>.Zero;
        for (var i = 0; i < _edges.Length; i += Vector256<double>.Count)
        {
            below -= Vector256.LessThan(Vector256.Create(_edges, i), value).AsInt64();
        }

        return (int)Vector256.Sum(below);
    }
}
