namespace Serverless.Core.Training;

/// <summary>
/// Between the stages of a run over a large file. Each leaves behind arrays as large as those that the next one asks
/// for; left alone, the collector would take new memory first and look for the old one later, and the peak is what a
/// function is killed for. Once a stage, so the time it takes is nothing.
/// </summary>
internal static class Memory
{
    /// <summary>Collects what is no longer in use, and gives it back to the system.</summary>
    public static void GiveBack() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
