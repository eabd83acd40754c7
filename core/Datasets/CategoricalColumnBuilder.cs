using System.Text;

namespace Serverless.Datasets;

/// <param name="allowed">Null: any value.</param>
internal sealed class CategoricalColumnBuilder(string name, bool required, IReadOnlyList<string>? allowed)
    : ColumnBuilder(name, required)
{
    /// <summary>Roughly what an entry costs beside its own bytes, which are kept twice: as text and as a key.</summary>
    private const int BytesPerEntry = 160;

    private readonly CategoryIndex _index = new();
    private readonly HashSet<string>? _allowed = allowed is null ? null : [.. allowed];
    private RowValues<int> _codes = new();
    private int _newestRow = -1;

    public override int BytesPerRow => sizeof(int);

    public override long FurtherBytes => (3 * _index.TextBytes) + ((long)BytesPerEntry * _index.Count);

    public override bool TryRead(ReadOnlySpan<byte> text, ulong hash, int row)
    {
        var code = _index.Find(text, hash);
        if (code < 0)
        {
            if (MissingText.Is(text))
            {
                _codes.Set(row, -1);
                return !Required;
            }

            if (_allowed is not null && !_allowed.Contains(Encoding.UTF8.GetString(text))) return false;
            code = _index.Add(text, hash);
            _newestRow = row;
        }

        _codes.Set(row, code);
        return true;
    }

    /// <summary>A value that no accepted row has is no category.</summary>
    public override void Discard(int row)
    {
        if (_newestRow != row) return;
        _index.RemoveNewest();
        _newestRow = -1;
    }

    public override Column Build(int rows) => new CategoricalColumn(Name, _codes.ToArray(rows), _index.ToTexts());

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) =>
        new(AnomalyCodes.UnexpectedValue, $"one of {FieldText.List(allowed ?? [])}");
}
