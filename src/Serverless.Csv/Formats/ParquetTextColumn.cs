using System.Buffers;
using System.Text;
using Parquet.Schema;

namespace Serverless.Csv.Formats;

/// <summary>Texts as fields of CSV.</summary>
/// <param name="isExact">Whether blanks at the ends belong to the texts.</param>
internal sealed class ParquetTextColumn(DataField field, bool isExact) : ParquetValueColumn<ReadOnlyMemory<char>>(field)
{
    public override bool IsBlank(int row) => !TryGet(row, out var text) || text.IsEmpty;

    public override void Write(int row, byte end, ArrayBufferWriter<byte> to)
    {
        if (!TryGet(row, out var text)) text = default;
        var room = to.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
        var length = Encoding.UTF8.GetBytes(text.Span, room);
        var hasBlanks = isExact && length > 0 && (room[0] is (byte)' ' or (byte)'\t'
            || room[length - 1] is (byte)' ' or (byte)'\t');
        if (hasBlanks || CsvRow.NeedsQuotes(room[..length]))
        {
            CsvRow.WriteQuoted(to, room[..length].ToArray());
            to.Write([end]);
            return;
        }

        room[length] = end;
        to.Advance(length + 1);
    }
}
