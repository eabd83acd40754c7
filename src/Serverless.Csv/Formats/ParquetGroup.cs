using Microsoft.Win32.SafeHandles;
using Parquet;
using Parquet.Schema;

namespace Serverless.Csv.Formats;

/// <summary>One row group of a file that is read.</summary>
internal sealed class ParquetGroup(ParquetRowGroupReader reader, SafeFileHandle file)
{
    /// <summary>For what is not read from the pages here; it is not safe to use from several threads.</summary>
    public ParquetRowGroupReader Reader => reader;

    public int Rows { get; } = checked((int)reader.RowCount);

    public ParquetPages Pages { get; } = new();

    public global::Parquet.Meta.Type TypeOf(DataField field) => reader.GetMetadata(field)!.MetaData!.Type;

    /// <summary>Reads the pages of a column; false where they are to be read in another way.</summary>
    public bool TryRead(DataField field, ParquetPages.IValues to) =>
        reader.GetMetadata(field) is { MetaData: { } column, FilePath: null }
        && column.NumValues == Rows
        && Pages.TryRead(file, column, field.MaxDefinitionLevel, Rows, to);
}
