using System.Buffers;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Texts;

/// <summary>Encodes texts into slots. Safe to use from many threads.</summary>
internal sealed class TextEncoder
{
    private const int BitsPerWord = 64;
    private const int MaxOnStack = 1024;

    private readonly Utf8Index _terms;
    private readonly long[] _idf;
    private readonly long[] _weights;
    private readonly IReadOnlyList<long[]> _heldOut;
    private readonly int _scores;

    public TextEncoder(TextEncoding encoding)
    {
        _terms = new Utf8Index(encoding.Terms);
        (_idf, _weights) = ([.. encoding.Idf], [.. encoding.Weights]);
        (_heldOut, _scores) = (encoding.HeldOut, encoding.Scores.Count);
    }

    /// <summary>The slots of a missing text, and of one without words: no number of known terms, neutral scores.
    /// </summary>
    /// <param name="slots">As many as <see cref="TextEncoding.SlotCount"/>.</param>
    public static void WriteMissing(Span<float> slots)
    {
        slots.Clear();
        slots[0] = float.NaN;
    }

    /// <summary>The part of the training texts that a text belongs to; equal texts share one.</summary>
    public static int FoldOf(ReadOnlySpan<byte> words) => (int)(FieldHash.Of(words) % TextEncoding.Folds);

    /// <param name="utf8">Any text.</param>
    /// <param name="slots">As many as <see cref="TextEncoding.SlotCount"/>.</param>
    /// <param name="isTraining">Scores a training row by weights that have not seen its label.</param>
    public void Write(ReadOnlySpan<byte> utf8, Span<float> slots, bool isTraining = false)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, WordText.MaxBytes(utf8.Length)));
        var words = buffer.AsSpan(0, WordText.Normalize(utf8, buffer));
        if (words.IsEmpty) WriteMissing(slots);
        else WriteWords(words, slots, isTraining ? _heldOut[FoldOf(words)] : _weights);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void WriteWords(ReadOnlySpan<byte> words, Span<float> slots, long[] weights)
    {
        Span<long> sums = stackalloc long[_scores];
        var marks = (_terms.Count / BitsPerWord) + 1;
        Span<ulong> seen = marks <= MaxOnStack ? stackalloc ulong[marks] : new ulong[marks];
        sums.Clear();
        seen.Clear();
        var (known, squares) = (0, 0L);
        foreach (var group in new WordGroups(words))
        {
            var term = _terms.Find(group);
            if (term < 0 || (seen[term / BitsPerWord] & (1UL << term)) != 0) continue;
            seen[term / BitsPerWord] |= 1UL << term;
            known++;
            squares += _idf[term] * _idf[term];
            for (var s = 0; s < sums.Length; s++) sums[s] += _idf[term] * weights[(term * sums.Length) + s];
        }

        slots[0] = known;
        var length = Math.Sqrt(Math.Max(1, squares));
        for (var s = 0; s < sums.Length; s++) slots[1 + s] = (float)(sums[s] / length / TextEncoding.WeightScale);
    }
}
