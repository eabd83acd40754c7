using Parquet;
using Parquet.Schema;

namespace Serverless.Tests.Intake;

/// <summary>A column of a Parquet file.</summary>
/// <param name="Values">Of one type: double, long, bool, DateTime or string; null where missing.</param>
internal sealed record ParquetValues(string Name, IReadOnlyList<object?> Values);

/// <summary>Writes columns as Parquet, typed as their values are.</summary>
internal static class ParquetFile
{
    public static async Task<byte[]> WriteAsync(IReadOnlyList<ParquetValues> columns, int rowsOfGroup = 150)
    {
        DataField[] fields = [.. columns.Select(Field)];
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields.Cast<Field>()), stream))
        {
            for (var from = 0; from < columns[0].Values.Count; from += rowsOfGroup)
            {
                using var group = writer.CreateRowGroup();
                foreach (var (field, column) in fields.Zip(columns))
                {
                    await WriteAsync(group, field, [.. column.Values.Skip(from).Take(rowsOfGroup)]);
                }
            }
        }

        return stream.ToArray();
    }

    private static DataField Field(ParquetValues column)
    {
        var first = column.Values.FirstOrDefault(v => v is not null);
        return first switch
        {
            double => new DataField<double?>(column.Name),
            long => new DataField<long?>(column.Name),
            bool => new DataField<bool?>(column.Name),
            DateTime => new DateTimeDataField(
                column.Name, DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Micros, isNullable: true),
            _ => new DataField<string>(column.Name),
        };
    }

    private static async Task WriteAsync(ParquetRowGroupWriter group, DataField field, object?[] values)
    {
        if (field.ClrType == typeof(double)) await group.WriteAsync<double>(field, Of<double>(values));
        else if (field.ClrType == typeof(long)) await group.WriteAsync<long>(field, Of<long>(values));
        else if (field.ClrType == typeof(bool)) await group.WriteAsync<bool>(field, Of<bool>(values));
        else if (field.ClrType == typeof(DateTime)) await group.WriteAsync<DateTime>(field, Of<DateTime>(values));
        else await group.WriteAsync(field, [.. values.Cast<string?>()]);
    }

    private static T?[] Of<T>(object?[] values) where T : struct => [.. values.Select(v => (T?)v)];
}
