using Serverless.Core.Traffic;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;

namespace Serverless.Core.Serving;

/// <summary>Maps a version's slots to the bins of its reference profile, for counting.</summary>
internal sealed class TrafficColumns
{
    // Object headers and fields per column.
    private const long ColumnBytes = 128;

    public TrafficColumns(LoadedModel model)
    {
        Signature = model.Signature;
        Output = model.Profile.Output is null ? null : new ProfileBins(model.Profile.Output);
        Classes = model.Profile.PredictedClasses.Count;
        // Without LINQ: over tuples it would be JIT-compiled at every start.
        Features = new (int, ProfileBins)[model.Profile.Features.Count];
        long bins = (Output?.Count ?? 0) + Classes;
        for (var f = 0; f < Features.Length; f++)
        {
            Features[f] = (ProfileBuilder.ProfiledSlot(model.Signature, f), new ProfileBins(model.Profile.Features[f]));
            bins += Features[f].Bins.Count;
        }

        BytesOfCounts = LatencyHistogram.Bytes + (ColumnBytes * (Features.Length + 1)) + (8 * bins);
    }

    public Signature Signature { get; }

    /// <summary>One per feature.</summary>
    public (int Slot, ProfileBins Bins)[] Features { get; }

    /// <summary>Null for multiclass.</summary>
    public ProfileBins? Output { get; }

    public int Classes { get; }

    /// <summary>Estimated bytes of one set of counts without the sample; the edges take as many.</summary>
    public long BytesOfCounts { get; }
}
