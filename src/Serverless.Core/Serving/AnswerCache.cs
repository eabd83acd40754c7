using System.Diagnostics.CodeAnalysis;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

/// <summary>
/// What versions answered to bodies that they were asked, so that the same body is neither parsed nor scored again. Kept are
/// rows and outputs, not the text of a response: every answer has prediction ids of its own, can be given feedback, and
/// counts in the drift log as any other. Bounded in bytes; the body that was asked least recently makes room.
/// </summary>
/// <param name="capacity">Bytes of everything that is kept.</param>
internal sealed class AnswerCache(long capacity)
{
    // Callers of different bodies seldom wait for one another.
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 8).Select(_ => new Stripe(capacity / 8))];

    /// <summary>About what everything that is kept takes of memory.</summary>
    public long Bytes => _stripes.Sum(stripe => stripe.Bytes);

    /// <param name="version">The version's <see cref="TrafficRecorder.Key"/>: another file under the same number is another version.</param>
    public CachedAnswer? Find(string version, ReadOnlySpan<byte> body)
    {
        var hash = Hash(version, body);
        // The hash only finds it: a caller may have made up a body of the same hash.
        return StripeOf(hash).TryFind(hash, out var found) && found.Is(version, body) ? found : null;
    }

    /// <param name="rows">Are copied.</param>
    /// <param name="outputs">Of all rows, one after another. Not to be written to afterwards.</param>
    public void Keep(string version, ReadOnlySpan<byte> body, RequestRows rows, double[] outputs)
    {
        var hash = Hash(version, body);
        var stripe = StripeOf(hash);
        var bytes = CachedAnswer.BytesOf(body, rows, outputs);
        if (bytes <= stripe.Capacity) stripe.Keep(hash, new CachedAnswer(version, body.ToArray(), rows.Copy(), outputs, bytes));
    }

    private static ulong Hash(string version, ReadOnlySpan<byte> body) =>
        FieldHash.Finish(FieldHash.Combine((ulong)version.GetHashCode(StringComparison.Ordinal), FieldHash.Of(body)));

    private Stripe StripeOf(ulong hash) => _stripes[hash % (ulong)_stripes.Length];

    private sealed class Stripe(long capacity)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<ulong, LinkedListNode<(ulong Hash, CachedAnswer Answer)>> _byHash = [];
        private readonly LinkedList<(ulong Hash, CachedAnswer Answer)> _newestFirst = [];
        private long _bytes;

        public long Capacity => capacity;

        public long Bytes => Volatile.Read(ref _bytes);

        public bool TryFind(ulong hash, [NotNullWhen(true)] out CachedAnswer? answer)
        {
            lock (_lock)
            {
                answer = null;
                if (!_byHash.TryGetValue(hash, out var node)) return false;
                _newestFirst.Remove(node);
                _newestFirst.AddFirst(node);
                answer = node.Value.Answer;
                return true;
            }
        }

        public void Keep(ulong hash, CachedAnswer answer)
        {
            lock (_lock)
            {
                if (_byHash.TryGetValue(hash, out var before)) Remove(before);
                _byHash.Add(hash, _newestFirst.AddFirst((hash, answer)));
                _bytes += answer.Bytes;
                while (_bytes > capacity) Remove(_newestFirst.Last!);
            }
        }

        private void Remove(LinkedListNode<(ulong Hash, CachedAnswer Answer)> node)
        {
            _newestFirst.Remove(node);
            _byHash.Remove(node.Value.Hash);
            _bytes -= node.Value.Answer.Bytes;
        }
    }
}

/// <summary>One body's rows, and what a version's scorer made of them. Never changes.</summary>
internal sealed class CachedAnswer(string version, byte[] body, RequestRows rows, double[] outputs, long bytes)
{
    // Headers of the objects, and the places in the list and the dictionary.
    private const long Overhead = 400;

    public RequestRows Rows => rows;

    /// <summary>Of all rows, one after another.</summary>
    public double[] Outputs => outputs;

    public long Bytes => bytes;

    public static long BytesOf(ReadOnlySpan<byte> body, RequestRows rows, double[] outputs) =>
        Overhead + body.Length + rows.Bytes + (sizeof(double) * outputs.Length);

    public bool Is(string otherVersion, ReadOnlySpan<byte> otherBody) => version == otherVersion && otherBody.SequenceEqual(body);
}
