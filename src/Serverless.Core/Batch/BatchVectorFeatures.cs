using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Serverless.Csv.Records;

namespace Serverless.Core.Batch;

/// <summary>
/// Parses numeric features among eight neighbouring fields together, with AVX-512. Most fields of most files are
/// numeric.
/// </summary>
internal sealed class BatchVectorFeatures
{
    // With fewer features, parsing one by one is as fast.
    private const int MinFeatures = 3;

    private readonly int _place;
    private readonly uint _lanes;
    private readonly BatchFeature?[] _features = new BatchFeature?[Avx512NumberParser.Count];
    private readonly Vector512<double> _lowest;
    private readonly Vector512<double> _highest;

    private BatchVectorFeatures(int place, IEnumerable<BatchFeature> features)
    {
        _place = place;
        var (lowest, highest) = (new double[Avx512NumberParser.Count], new double[Avx512NumberParser.Count]);
        foreach (var feature in features)
        {
            var lane = feature.Place - place;
            (_features[lane], lowest[lane], highest[lane]) = (feature, feature.Lowest, feature.Highest);
            _lanes |= 1U << lane;
        }

        (_lowest, _highest) = (Vector512.Create(lowest), Vector512.Create(highest));
    }

    /// <summary>Groups as many features as possible into blocks of eight fields.</summary>
    /// <param name="fields">Number of fields in a row.</param>
    /// <returns>The blocks, and the features in none of them.</returns>
    public static (BatchVectorFeatures[] Eights, BatchFeature[] Others) Group(
        IReadOnlyList<BatchFeature> features, int fields)
    {
        if (!Avx512NumberParser.IsSupported || fields < Avx512NumberParser.Count) return ([], [.. features]);
        var (eights, others) = (new List<BatchVectorFeatures>(), features.Where(f => !f.IsNumeric).ToList());
        var left = new Queue<BatchFeature>(features.Where(f => f.IsNumeric).OrderBy(f => f.Place));
        while (left.TryPeek(out var first))
        {
            var place = Math.Min(first.Place, fields - Avx512NumberParser.Count);
            var together = new List<BatchFeature>();
            while (left.TryPeek(out var next)
                && next.Place < place + Avx512NumberParser.Count) together.Add(left.Dequeue());
            if (together.Count < MinFeatures) others.AddRange(together);
            else eights.Add(new BatchVectorFeatures(place, together));
        }

        return ([.. eights], [.. others]);
    }

    /// <param name="csv">Positioned at the row.</param>
    /// <param name="slots">The row's slots; unset ones are missing.</param>
    /// <returns>False if a field makes the row bad.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TrySet(CsvTokenizer csv, Span<float> slots)
    {
        var found = csv.ReadEight(_place, out var values);
        var inRange = Vector512.GreaterThanOrEqual(values, _lowest) & Vector512.LessThanOrEqual(values, _highest);
        var good = found & (uint)inRange.ExtractMostSignificantBits() & _lanes;
        Span<float> numbers = stackalloc float[Avx512NumberParser.Count];
        Avx512F.ConvertToVector256Single(values).StoreUnsafe(ref MemoryMarshal.GetReference(numbers));
        for (var lanes = good; lanes != 0; lanes &= lanes - 1)
        {
            var lane = BitOperations.TrailingZeroCount(lanes);
            slots[_features[lane]!.Slot] = numbers[lane];
        }

        for (var lanes = _lanes & ~good; lanes != 0; lanes &= lanes - 1)
        {
            var lane = BitOperations.TrailingZeroCount(lanes);
            if (!_features[lane]!.TrySet(slots, csv.Field(_place + lane))) return false;
        }

        return true;
    }
}
