using Serverless.Csv.Cells;
using Serverless.Csv.Records;

namespace Serverless.Learning.Tables;

/// <summary>Records between two fills of the tokenizer's buffer.</summary>
public sealed class RecordBlock : RowBlock
{
    private readonly CsvTokenizer _csv;
    private int[] _firstFields = new int[1024];
    private long[] _lines = new long[1024];
    private (int Start, int Length)[] _records = new (int, int)[1024];

    /// <param name="formats">By which fields are rewritten; null leaves a field as it is.</param>
    public RecordBlock(CsvTokenizer csv, IReadOnlyList<CellFormat?> formats)
    {
        _csv = csv;
        csv.Apply(formats);
    }

    /// <summary>The rows are still in the processor's cache for the next column.</summary>
    public override int RowsTogether => 32;

    /// <summary>Adds the tokenizer's current record.</summary>
    public void Add()
    {
        if (Count == _firstFields.Length)
        {
            Array.Resize(ref _firstFields, Count * 2);
            Array.Resize(ref _lines, Count * 2);
            Array.Resize(ref _records, Count * 2);
        }

        _firstFields[Count] = _csv.FirstField;
        _lines[Count] = _csv.Line;
        _records[Count++] = _csv.RecordPlace;
    }

    public override long Line(int row) => _lines[row];

    public override byte[] Record(int row) => _csv.RecordAt(_records[row]).ToArray();

    public override BlockFields FieldsOf(int place, out int column)
    {
        column = place;
        return _csv.FieldsOf(_firstFields);
    }

    public override void Clear()
    {
        base.Clear();
        _csv.Forget();
    }
}
