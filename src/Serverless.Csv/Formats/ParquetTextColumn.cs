using System.Text;
using Parquet.Schema;

namespace Serverless.Csv.Formats;

/// <param name="isExact">Whether blanks at the ends belong to the texts.</param>
internal sealed class ParquetTextColumn(DataField field, bool isExact) : ParquetColumn
{
    private readonly ParquetTexts _texts = new(isExact, field.MaxDefinitionLevel);

    public override ParquetTexts Texts => _texts;

    public override bool IsExact => isExact;

    public override int MaxLength(int row) => _texts.Codes[row] is >= 0 and var code ? _texts.Entries[code].Length : 0;

    public override int Write(int row, Span<byte> to)
    {
        if (_texts.Codes[row] is not (>= 0 and var code)) return 0;
        var text = _texts.Entry(code);
        text.CopyTo(to);
        return text.Length;
    }

    internal override async ValueTask ReadAsync(ParquetGroup group, CancellationToken cancellationToken)
    {
        _texts.Start(group.Rows);
        if (group.TryRead(field, _texts)) return;
        _texts.Start(group.Rows);
        var (values, levels) = (new ReadOnlyMemory<char>[group.Rows], new int[group.Rows]);
        await group.Reader.ReadRawAsync<ReadOnlyMemory<char>>(
            field, values, field.MaxDefinitionLevel > 0 ? (Memory<int>?)levels : null, null, cancellationToken);
        var (next, utf8) = (0, Array.Empty<byte>());
        foreach (var level in levels)
        {
            if (level < field.MaxDefinitionLevel)
            {
                _texts.Add(-1);
                continue;
            }

            var text = values[next++].Span;
            if (utf8.Length < Encoding.UTF8.GetMaxByteCount(text.Length))
            {
                utf8 = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
            }

            _texts.Add(_texts.AddEntry(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8))));
        }
    }
}
