namespace Serverless.Core.Training;

/// <summary>
/// Frees memory between the stages of a run. Each stage leaves garbage as large as the next stage's arrays; by itself,
/// the collector would allocate first and collect later, and functions are killed for peak memory. Once per stage, a
/// forced collection costs nothing noticeable.
/// </summary>
internal static class Memory
{
    /// <summary>Collects garbage and returns it to the operating system.</summary>
    public static void GiveBack() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
