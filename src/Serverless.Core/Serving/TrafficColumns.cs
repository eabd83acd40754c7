using System.Runtime.Intrinsics;
using Serverless.Core.Traffic;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Serving;

/// <summary>Which slots of a version's rows are counted, and into which bins: those of its reference profile.</summary>
internal sealed class TrafficColumns
{
    // Headers and fields of a column's objects.
    private const long ColumnBytes = 128;

    public TrafficColumns(LoadedModel model)
    {
        Signature = model.Signature;
        Output = model.Profile.Output is null ? null : new ProfileBins(model.Profile.Output);
        Classes = model.Profile.PredictedClasses.Count;
        // No LINQ where a model is loaded: over pairs it would be compiled at every start.
        Features = new (int, ProfileBins)[model.Profile.Features.Count];
        long bins = (Output?.Bins ?? 0) + Classes;
        for (var f = 0; f < Features.Length; f++)
        {
            Features[f] = (ProfileBuilder.ProfiledSlot(model.Signature, f), new ProfileBins(model.Profile.Features[f]));
            bins += Features[f].Edges.Bins;
        }

        BytesOfCounts = LatencyHistogram.Bytes + (ColumnBytes * (Features.Length + 1)) + (8 * bins);
    }

    public Signature Signature { get; }

    /// <summary>One per feature.</summary>
    public (int Slot, ProfileBins Edges)[] Features { get; }

    /// <summary>Null for multiclass.</summary>
    public ProfileBins? Output { get; }

    public int Classes { get; }

    /// <summary>About what one set of counts takes of memory, without the sample; the edges take as much.</summary>
    public long BytesOfCounts { get; }
}

/// <summary>The bins of one column.</summary>
internal sealed class ProfileBins
{
    // Full of infinity behind the last edge, so that whole vectors can be compared.
    private readonly double[] _edges;

    public ProfileBins(FeatureProfile profile)
    {
        Bins = profile.Counts.Count;
        IsCategorical = profile.Type == ColumnType.Categorical;
        var width = Vector256<double>.Count;
        _edges = new double[(profile.Edges.Count + width - 1) / width * width];
        Array.Fill(_edges, double.PositiveInfinity);
        for (var i = 0; i < profile.Edges.Count; i++) _edges[i] = profile.Edges[i];
    }

    public int Bins { get; }

    public bool IsCategorical { get; }

    /// <returns>The bin of a number: how many edges are below it, as in the profile.</returns>
    public int Bin(float number)
    {
        var value = Vector256.Create((double)number);
        var below = Vector256<long>.Zero;
        for (var i = 0; i < _edges.Length; i += Vector256<double>.Count)
        {
            below -= Vector256.LessThan(Vector256.Create(_edges, i), value).AsInt64();
        }

        return (int)Vector256.Sum(below);
    }
}
