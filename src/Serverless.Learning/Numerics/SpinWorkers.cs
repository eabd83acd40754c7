namespace Serverless.Learning.Numerics;

/// <summary>
/// Threads that run one parallel loop after another. A tree takes tens of loops of some microseconds each, too short
/// for waking pool threads: these spin for a while before they sleep. The caller works too and waits only for pieces
/// that were started, so a late thread delays nothing.
/// </summary>
internal sealed class SpinWorkers : IDisposable
{
    private const int SpinsBeforeSleep = 2000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private Action<int, int> _body = (_, _) => { };

    /// <summary>Number of pieces in the upper half, next piece in the lower.</summary>
    private long _ticket;
    private int _finished;
    private int _sleepers;
    private Exception? _failure;
    private volatile bool _disposed;

    /// <param name="size">Number of threads, with the caller's.</param>
    public SpinWorkers(int size)
    {
        Size = size;
        _threads = new Thread[size - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = "trees" };
            _threads[i].Start();
        }
    }

    public int Size { get; }

    /// <summary>
    /// Calls <paramref name="body"/> once with each of <paramref name="pieces"/> indices and the calling thread's
    /// number.
    /// </summary>
    public void For(int pieces, Action<int, int> body)
    {
        if (_threads.Length == 0 || pieces <= 1)
        {
            for (var i = 0; i < pieces; i++) body(i, 0);
            return;
        }

        _body = body;
        _finished = 0;
        Interlocked.Exchange(ref _ticket, (long)pieces << 32);
        if (Volatile.Read(ref _sleepers) > 0 && Interlocked.Exchange(ref _sleepers, 0) is > 0 and var sleepers)
        {
            _wake.Release(sleepers);
        }

        while (WorkOnce(0))
        {
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref _finished) < pieces) spin.SpinOnce(sleep1Threshold: -1);
        if (_failure is { } failure)
        {
            _failure = null;
            throw new AggregateException(failure);
        }
    }

    /// <summary>As <see cref="For"/>, with (from, to, thread) of blocks of at most <paramref name="size"/>.</summary>
    public void ForBlocks(int count, int size, Action<int, int, int> body) =>
        For((int)(((long)count + size - 1) / size), (block, worker) =>
            body(block * size, (int)Math.Min(count, ((long)block + 1) * size), worker));

    public void Dispose()
    {
        _disposed = true;
        _wake.Release(_threads.Length + 1);
        foreach (var thread in _threads) thread.Join();
        _wake.Dispose();
    }

    private void Work(int worker)
    {
        var spins = 0;
        while (!_disposed)
        {
            if (WorkOnce(worker))
            {
                spins = 0;
            }
            else if (++spins < SpinsBeforeSleep)
            {
                Thread.SpinWait(20);
            }
            else
            {
                Interlocked.Increment(ref _sleepers);
                if (HasWork() || _disposed)
                {
                    // The semaphore may have been released once too often; the next Wait returns immediately.
                    if (Interlocked.Decrement(ref _sleepers) < 0) Interlocked.Increment(ref _sleepers);
                }
                else
                {
                    _wake.Wait();
                }

                spins = 0;
            }
        }
    }

    private bool HasWork()
    {
        var ticket = Volatile.Read(ref _ticket);
        return (int)ticket < (int)(ticket >> 32);
    }

    private bool WorkOnce(int worker)
    {
        if (!HasWork()) return false;
        var ticket = Interlocked.Increment(ref _ticket);
        var piece = (int)ticket - 1;
        if (piece >= (int)(ticket >> 32)) return false;
        try
        {
            // For waits for this piece, so the body is not replaced while it runs.
            _body(piece, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }

        Interlocked.Increment(ref _finished);
        return true;
    }
}
