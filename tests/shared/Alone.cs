namespace Serverless.Tests;

/// <summary>Tests that measure the memory of the process: no other may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>
    /// Bytes of live objects: the least of several collections, as what ends in the background lives a little longer.
    /// </summary>
    public static async Task<long> LiveBytesAsync()
    {
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            GC.WaitForPendingFinalizers();
            least = Math.Min(least, GC.GetTotalMemory(forceFullCollection: true));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return least;
    }
}
