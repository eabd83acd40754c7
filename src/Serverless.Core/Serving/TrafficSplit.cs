using System.Text;
using Serverless.Core.Registry;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>
/// Assigns requests to the sides of a canary. A caller's place between 0 and 100 is a hash of its key and the roll-out:
/// the same on every instance, and stable as the share grows.
/// </summary>
internal static class TrafficSplit
{
    public static bool IsChallengers(string model, Rollout rollout, ReadOnlySpan<byte> key) =>
        Place(model, rollout.Version, key) < rollout.Percent;

    /// <returns>Uniform over [0, 100). Includes the version, so that each roll-out starts with other callers.</returns>
    internal static double Place(string model, int version, ReadOnlySpan<byte> key)
    {
        Span<byte> name = stackalloc byte[Encoding.UTF8.GetMaxByteCount(model.Length)];
        name = name[..Encoding.UTF8.GetBytes(model, name)];
        var hash = FieldHash.Combine(FieldHash.Combine(FieldHash.Of(name), (ulong)version), FieldHash.Of(key));
        return new SplitMix64(hash).NextDouble() * 100;
    }
}
