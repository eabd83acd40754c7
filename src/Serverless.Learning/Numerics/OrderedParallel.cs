namespace Serverless.Learning.Numerics;

/// <summary>
/// Parallel loops whose results do not depend on the number of threads: the data alone decides how work is divided,
/// every piece writes to its own place, and partial sums are added in order.
/// </summary>
internal static class OrderedParallel
{
    private const int BlockRows = 4096;

    /// <summary>
    /// Calls <paramref name="body"/> once for each index; at most <paramref name="threads"/> at a time.
    /// </summary>
    public static void For(int threads, int count, Action<int> body)
    {
        if (threads == 1 || count <= 1)
        {
            for (var i = 0; i < count; i++) body(i);
            return;
        }

        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
    }

    /// <summary>Calls <paramref name="body"/> with (from, to) for each block of rows.</summary>
    public static void ForRows(int threads, int rows, Action<int, int> body) =>
        For(threads, BlockCount(rows), b => body(b * BlockRows, Math.Min(rows, (b + 1) * BlockRows)));

    /// <summary>Adds the results of <paramref name="body"/> for (from, to) of each block of rows.</summary>
    public static double SumRows(int threads, int rows, Func<int, int, double> body)
    {
        var parts = new double[BlockCount(rows)];
        ForRows(threads, rows, (from, to) => parts[from / BlockRows] = body(from, to));
        var sum = 0.0;
        foreach (var part in parts) sum += part;
        return sum;
    }

    private static int BlockCount(int rows) => (int)(((long)rows + BlockRows - 1) / BlockRows);
}
