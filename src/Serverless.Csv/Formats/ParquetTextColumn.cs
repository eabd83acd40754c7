using System.Buffers;
using System.Text;
using Parquet.Schema;

namespace Serverless.Csv.Formats;

/// <summary>Texts as fields of CSV.</summary>
internal sealed class ParquetTextColumn(DataField field) : ParquetValueColumn<ReadOnlyMemory<char>>(field)
{
    public override bool IsBlank(int row) => !TryGet(row, out var text) || text.IsEmpty;

    public override void Write(int row, byte end, ArrayBufferWriter<byte> to)
    {
        if (!TryGet(row, out var text)) text = default;
        var room = to.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length) + 1);
        var length = Encoding.UTF8.GetBytes(text.Span, room);
        if (CsvRow.NeedsQuotes(room[..length]))
        {
            CsvRow.WriteField(to, room[..length].ToArray());
            to.Write([end]);
            return;
        }

        room[length] = end;
        to.Advance(length + 1);
    }
}
