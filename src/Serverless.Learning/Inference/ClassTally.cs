using System.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>Counts the spellings of a label's values, each in every row: a rare class must not be missed.</summary>
internal sealed class ClassTally
{
    /// <summary>A label of more distinct texts is not classes; they are not told apart any further.</summary>
    public const int MaxSpellings = 10_000;

    /// <summary>A class of at most as many rows may be a typo or a footer.</summary>
    private const int MaxTypos = 2;

    /// <summary>Share of the rows that classes taken for typos may have together; a single row always may.</summary>
    private const double MaxTypoShare = 0.01;

    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<(string Text, long Count)> _spellings = [];
    private IReadOnlyList<LabelClass>? _classes;

    /// <summary>Whether there are more spellings than are counted.</summary>
    public bool IsFull => _spellings.Count == MaxSpellings;

    public void Add(ReadOnlySpan<byte> text)
    {
        if (IsFull) return;
        var hash = FieldHash.Of(text);
        if (_places.TryGetValue(hash, out var place))
        {
            _spellings[place] = (_spellings[place].Text, _spellings[place].Count + 1);
        }
        else
        {
            _places.Add(hash, _spellings.Count);
            _spellings.Add((Encoding.UTF8.GetString(text), 1));
        }

        _classes = null;
    }

    /// <summary>Number of classes, spellings of one counted once.</summary>
    public int Count => Classes.Count;

    /// <summary>The classes with all their spellings.</summary>
    public IReadOnlyList<LabelClass> Classes => _classes ??= Group();

    /// <summary>
    /// Classes of one or two rows beside at least two larger ones: typos, or lines of a footer. None if there are too
    /// many of them, and no rare number unless two classes remain: large counts are rare.
    /// </summary>
    public IReadOnlyList<LabelClass> Typos()
    {
        List<LabelClass> rare = [.. Classes.Where(c => c.Rows <= MaxTypos)];
        var left = Classes.Count - rare.Count;
        if (left < 2 || rare.Sum(c => c.Rows) > Math.Max(1, MaxTypoShare * Classes.Sum(c => c.Rows))) return [];
        return left == 2 ? rare : [.. rare.Where(c => !AreNumbers || !IsNumber(c.Name))];
    }

    private bool AreNumbers => TypeInference.IsNearlyAll(
        _spellings.Where(s => IsNumber(s.Text)).Sum(s => s.Count), _spellings.Sum(s => s.Count));

    /// <summary>A typo among numbers must not keep 1 and 1.0 apart.</summary>
    private List<LabelClass> Group()
    {
        if (!AreNumbers) return Group(_spellings);
        var (numbers, others) = (_spellings.FindAll(s => IsNumber(s.Text)), _spellings.FindAll(s => !IsNumber(s.Text)));
        return [.. Group(numbers), .. Group(others)];
    }

    private static List<LabelClass> Group(List<(string Text, long Count)> spellings) =>
        [.. ClassNames.Group([.. spellings.Select(s => s.Text)]).Select(g => new LabelClass(
            spellings[g.MaxBy(i => spellings[i].Count)].Text,
            [.. g.Select(i => spellings[i].Text)],
            g.Sum(i => spellings[i].Count)))];

    private static bool IsNumber(string text) => Utf8NumberParser.TryParse(Encoding.UTF8.GetBytes(text), out _);
}

/// <summary>One class of a label.</summary>
/// <param name="Name">Its most frequent spelling.</param>
internal sealed record LabelClass(string Name, IReadOnlyList<string> Spellings, long Rows);
