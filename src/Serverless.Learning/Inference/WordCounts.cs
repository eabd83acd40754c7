using System.Text;

namespace Serverless.Learning.Inference;

/// <summary>
/// Counts the texts of a column that are not what its other cells are. One that is repeated, such as 'n.d.' or
/// 'unknown', stands for a missing value; one that is not is a typo.
/// </summary>
internal sealed class WordCounts
{
    /// <summary>A column with more words than this is text.</summary>
    private const int MaxWords = 16;

    /// <summary>As often must a word occur to stand for a missing value.</summary>
    private const int MinRepeated = 3;

    private readonly List<(byte[] Text, long Count)> _words = [];

    /// <summary>Cells whose words are counted.</summary>
    public long Cells { get; private set; }

    public bool HasTooMany { get; private set; }

    /// <summary>The word that came first; null without any.</summary>
    public string? First => _words.Count == 0 ? null : Encoding.UTF8.GetString(_words[0].Text);

    public void Add(ReadOnlySpan<byte> cell)
    {
        if (HasTooMany) return;
        Cells++;
        for (var i = 0; i < _words.Count; i++)
        {
            if (!cell.SequenceEqual(_words[i].Text)) continue;
            _words[i] = (_words[i].Text, _words[i].Count + 1);
            return;
        }

        if (_words.Count == MaxWords) HasTooMany = true;
        else _words.Add((cell.ToArray(), 1));
    }

    /// <summary>Words without digits that are repeated, and in how many cells they stand.</summary>
    public (IReadOnlyList<byte[]> Words, long Cells) Repeated()
    {
        if (HasTooMany) return ([], 0);
        var repeated = _words.FindAll(
            w => w.Count >= MinRepeated && !w.Text.AsSpan().ContainsAnyInRange((byte)'0', (byte)'9'));
        return ([.. repeated.Select(w => w.Text)], repeated.Sum(w => w.Count));
    }

    /// <summary>Whether no word is repeated.</summary>
    public bool AreTypos => !HasTooMany && _words.All(w => w.Count < MinRepeated);

    public static string Show(IReadOnlyList<byte[]> words) =>
        string.Join(", ", words.Select(w => $"'{Encoding.UTF8.GetString(w)}'"));
}
