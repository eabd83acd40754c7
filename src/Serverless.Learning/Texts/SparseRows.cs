using Serverless.Learning.Numerics;

namespace Serverless.Learning.Texts;

/// <summary>TF-IDF weights of texts, row by row, without the zeros; each row has length 1 or is empty.</summary>
internal sealed class SparseRows
{
    private readonly int[] _starts;
    private readonly int[] _terms;
    private readonly double[] _values;

    private SparseRows(int[] starts, int[] terms, double[] values, int columns) =>
        (_starts, _terms, _values, Columns) = (starts, terms, values, columns);

    public int Count => _starts.Length - 1;

    public int Columns { get; }

    /// <param name="texts">As <see cref="WordText"/> writes them.</param>
    public static SparseRows Of(IReadOnlyList<byte[]> texts, Vocabulary vocabulary)
    {
        var index = new Utf8Index(vocabulary.Terms);
        var (starts, terms, values) = (new int[texts.Count + 1], new List<int>(), new List<double>());
        var lastRow = new int[vocabulary.Terms.Length];
        for (var row = 0; row < texts.Count; row++)
        {
            var squares = 0L;
            foreach (var group in new WordGroups(texts[row]))
            {
                var term = index.Find(group);
                if (term < 0 || lastRow[term] == row + 1) continue;
                lastRow[term] = row + 1;
                terms.Add(term);
                squares += vocabulary.Idf[term] * vocabulary.Idf[term];
            }

            var length = Math.Sqrt(Math.Max(1, squares));
            for (var i = starts[row]; i < terms.Count; i++) values.Add(vocabulary.Idf[terms[i]] / length);
            starts[row + 1] = terms.Count;
        }

        return new SparseRows(starts, [.. terms], [.. values], vocabulary.Terms.Length);
    }

    /// <summary>The product of one row and a column of weights.</summary>
    public double Product(int row, double[] weights)
    {
        var sum = 0.0;
        for (var i = _starts[row]; i < _starts[row + 1]; i++) sum += _values[i] * weights[_terms[i]];
        return sum;
    }

    /// <summary>Adds a multiple of one row to the columns.</summary>
    public void AddTo(double[] columns, int row, double times)
    {
        for (var i = _starts[row]; i < _starts[row + 1]; i++) columns[_terms[i]] += _values[i] * times;
    }
}
