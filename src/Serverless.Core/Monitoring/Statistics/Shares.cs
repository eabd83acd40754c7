namespace Serverless.Core.Monitoring.Statistics;

internal static class Shares
{
    /// <summary>Sum of the counts, at least 1, to divide by.</summary>
    public static double Total(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var c in counts) sum += c;
        return Math.Max(1, sum);
    }
}
