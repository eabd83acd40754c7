namespace Serverless.Learning.Tables;

/// <summary>The texts of a column that some of its rows have, in order of first appearance there.</summary>
internal sealed class UsedTexts
{
    private readonly int[] _newCodes;
    private readonly List<string> _values = [];

    /// <param name="codes">Of the rows; −1 is a missing value.</param>
    public UsedTexts(IReadOnlyList<string> values, IEnumerable<int> codes)
    {
        _newCodes = new int[values.Count];
        Array.Fill(_newCodes, -1);
        foreach (var code in codes)
        {
            if (code < 0 || _newCodes[code] >= 0) continue;
            _newCodes[code] = _values.Count;
            _values.Add(values[code]);
        }
    }

    public IReadOnlyList<string> Values => _values;

    public int CodeOf(int code) => code < 0 ? code : _newCodes[code];

    /// <summary>The same texts, with the new codes.</summary>
    public CategoricalColumn Renumber(CategoricalColumn column) =>
        new(column.Name, Array.ConvertAll(column.Codes, CodeOf), Values);
}
