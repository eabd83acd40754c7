using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>The columns of a request, read by the fields of one version.</summary>
internal sealed class TensorColumns(IReadOnlyList<TensorColumn> columns, RowFields fields) : ColumnarBody
{
    public override byte[] Row(int row, ReadOnlySpan<byte> body)
    {
        using var json = new MemoryStream();
        foreach (var column in columns)
        {
            json.WriteByte(json.Length == 0 ? (byte)'{' : (byte)',');
            json.Write(JsonText.Quote(column.Name));
            json.WriteByte((byte)':');
            column.Value(row, body).WriteTo(json, fields[fields.Find(column.Name)].Kind);
        }

        json.WriteByte((byte)'}');
        return json.ToArray();
    }
}
