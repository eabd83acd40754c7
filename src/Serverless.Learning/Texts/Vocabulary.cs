using System.Runtime.InteropServices;
using System.Text;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Texts;

/// <summary>The words and pairs of some texts that are worth a weight: the most frequent ones.</summary>
/// <param name="Terms">The most frequent first, ties in ordinal order.</param>
/// <param name="Idf">See <see cref="TextEncoding.Idf"/>.</param>
internal sealed record Vocabulary(string[] Terms, long[] Idf)
{
    /// <summary>In fewer texts, a word says nothing about others.</summary>
    private const int MinTexts = 3;

    /// <param name="texts">As <see cref="WordText"/> writes them.</param>
    public static Vocabulary Of(IReadOnlyList<byte[]> texts)
    {
        var counts = new Dictionary<ulong, int>();
        var inText = new HashSet<ulong>();
        foreach (var text in texts)
        {
            inText.Clear();
            foreach (var group in new WordGroups(text))
            {
                var hash = FieldHash.Of(group);
                if (inText.Add(hash)) CollectionsMarshal.GetValueRefOrAddDefault(counts, hash, out _)++;
            }
        }

        // Ties at the end of the list go by hash, which is the same on every machine.
        var frequent = counts.Where(c => c.Value >= MinTexts)
            .OrderByDescending(c => c.Value).ThenBy(c => c.Key).Take(TextEncoding.MaxTerms)
            .ToDictionary(c => c.Key, c => c.Value);
        var terms = Spell(texts, frequent)
            .OrderByDescending(t => t.Count).ThenBy(t => t.Term, StringComparer.Ordinal).ToList();
        return new Vocabulary(
            [.. terms.Select(t => t.Term)],
            [.. terms.Select(t => IdfOf(t.Count, texts.Count))]);
    }

    private static List<(string Term, int Count)> Spell(
        IReadOnlyList<byte[]> texts, Dictionary<ulong, int> counts)
    {
        var terms = new List<(string, int)>();
        foreach (var text in texts)
        {
            if (counts.Count == 0) break;
            foreach (var group in new WordGroups(text))
            {
                if (!counts.Remove(FieldHash.Of(group), out var count)) continue;
                terms.Add((Encoding.UTF8.GetString(group), count));
            }
        }

        return terms;
    }

    private static long IdfOf(int withIt, int texts) => (long)Math.Round(
        (DeterministicMath.Log((1.0 + texts) / (1.0 + withIt)) + 1) * TextEncoding.IdfScale);
}
