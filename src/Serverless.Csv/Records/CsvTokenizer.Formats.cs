using System.Buffers;
using Serverless.Csv.Cells;

namespace Serverless.Csv.Records;

/// <summary>Rewrites fields of known formats.</summary>
public sealed partial class CsvTokenizer
{
    private (int Index, CellFormat Format)[] _rewritten = [];

    /// <summary>Rewrites the fields of the records read from now on; null leaves a field as it is.</summary>
    /// <param name="formats">By index of the field.</param>
    public void Apply(IReadOnlyList<CellFormat?> formats) =>
        _rewritten = [.. formats.Index().Where(f => f.Item is not null).Select(f => (f.Index, f.Item!))];

    /// <summary>Puts fields into the notation that is read behind the tokenizer; the record stays as stored.</summary>
    private void Rewrite()
    {
        _unescaped ??= new ArrayBufferWriter<byte>();
        foreach (var (index, format) in _rewritten)
        {
            if (index >= FieldCount) return;
            var to = _unescaped.GetSpan(CellFormat.MaxBytes + Padding); // before the field, which it may move
            var length = format.Write(Field(index), to);
            if (length < 0) continue;
            _fields[_firstField + index] = new FieldPlace(~_unescaped.WrittenCount, length);
            _unescaped.Advance(length);
        }
    }
}
