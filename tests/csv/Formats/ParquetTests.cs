using Parquet;
using Parquet.Schema;
using Serverless.Csv.Text;

namespace Serverless.Csv.Tests.Formats;

public class ParquetTests
{
    private static readonly DateTime Moment = new(2026, 1, 31, 10, 20, 30, 123, DateTimeKind.Utc);

    [Fact]
    public async Task Each_primitive_type_becomes_a_field()
    {
        var file = await WriteAsync(
            [
                Column("b", [true, false]), Column("i8", new sbyte[] { -1, 2 }), Column("u8", new byte[] { 1, 255 }),
                Column("i16", new short[] { -5, 6 }), Column("i32", [1, -2_000_000]),
                Column("i64", [long.MinValue, long.MaxValue]), Column("f", [0.1f, 1e20f]),
                Column("d", [0.1, -1234.5678]), Column("m", [12.50m, -0.01m]),
                Column("g", [Guid.Empty, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")]),
                Text("s", "x,y", "\"q\"\n"),
            ]);

        var read = await SourceText.ReadAsync(file);

        Assert.Null(read.Damage);
        Assert.Empty(read.Notes);
        Assert.Equal(["b", "i8", "u8", "i16", "i32", "i64", "f", "d", "m", "g", "s"], read.Records[0]!);
        Assert.Equal(
            "true|-1|1|-5|1|-9223372036854775808|0.1|0.1|12.5|00000000-0000-0000-0000-000000000000|x,y",
            Trim(read.Records[1]!));
        Assert.Equal(
            "false|2|255|6|-2000000|9223372036854775807|1E+20|-1234.5678|-0.01|"
            + "00112233-4455-6677-8899-aabbccddeeff|\"q\"\n",
            Trim(read.Records[2]!));
        Assert.Equal([0L, 1L, 2L], read.Lines);
    }

    [Fact]
    public async Task Moments_are_in_ISO_8601_and_UTC()
    {
        var file = await WriteAsync(
            [
                (new DateTimeDataField("utc", DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Micros),
                    new[] { Moment }),
                (new DateTimeDataField("local", DateTimeFormat.Timestamp, false, DateTimeTimeUnit.Millis),
                    new[] { Moment }),
                (new DateTimeDataField("day", DateTimeFormat.Date), new[] { Moment.Date }),
                (new TimeDataField("time", TimeUnitPrecision.Millis), new[] { 37_230_123 }),
            ]);

        Assert.Equal(
            "2026-01-31T10:20:30.123|2026-01-31T10:20:30.123|2026-01-31|10:20:30.123",
            string.Join('|', (await SourceText.ReadAsync(file)).Records[1]!));
    }

    [Fact]
    public async Task Nulls_are_missing_in_every_row_group()
    {
        var (number, text) = (new DataField<double?>("n"), new DataField<string>("s"));
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(number, text), stream))
        {
            for (var group = 0; group < 3; group++)
            {
                using var rows = writer.CreateRowGroup();
                double?[] numbers = [null, group, null, group + 0.5, null];
                await rows.WriteAsync<double>(number, numbers);
                await rows.WriteAsync(text, new[] { null, "é", $"{group}", null, null });
            }
        }

        var read = await SourceText.ReadAsync(stream.ToArray());

        Assert.Equal("n|s/|/0|é/|0/0.5|/|/|/1|é/|1/1.5|/|/|/2|é/|2/2.5|/|", read.Text);
    }

    [Fact]
    public async Task Many_rows_stay_in_order()
    {
        var numbers = Enumerable.Range(0, 300_000).ToArray();
        var read = await SourceText.ReadAsync(await WriteAsync([Column("i", numbers), Column("j", numbers)]));

        Assert.Equal(300_001, read.Records.Count);
        for (var i = 0; i < numbers.Length; i++) Assert.Equal($"{i}", read.Records[i + 1]![1]);
    }

    [Fact]
    public async Task A_list_is_left_out_and_told()
    {
        var list = new DataField("tags", typeof(int), isNullable: false, isArray: true);
        var id = new DataField<int>("id");
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(id, list), stream))
        {
            using var rows = writer.CreateRowGroup();
            await rows.WriteAsync<int>(id, new[] { 1, 2 });
            await rows.WriteAsync<int>(list, new[] { 1, 2, 3 }, new[] { 0, 1, 0 });
        }

        var read = await SourceText.ReadAsync(stream.ToArray());

        Assert.Equal("id/1/2", read.Text);
        Assert.Contains("'tags'", Assert.Single(read.Notes, n => n.Code == CsvNote.NestedColumn).Found);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_or_changed_is_damaged()
    {
        var file = await WriteAsync([Column("d", Enumerable.Range(0, 5_000).Select(i => i * 0.37).ToArray())]);

        for (var length = 8; length < file.Length; length += 1_009)
        {
            Assert.Equal(CsvDamage.DamagedParquet, (await SourceText.ReadAsync(file[..length])).Damage!.Code);
        }
    }

    private static string Trim(string[] fields) => string.Join('|', fields);

    private static (DataField, object) Column<T>(string name, T[] values)
        where T : struct => (new DataField<T>(name), values);

    private static (DataField, object) Text(string name, params string[] values) =>
        (new DataField<string>(name), values);

    private static async Task<byte[]> WriteAsync(List<(DataField Field, object Values)> columns)
    {
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(columns.Select(c => c.Field)), stream))
        {
            using var rows = writer.CreateRowGroup();
            foreach (var (field, values) in columns)
            {
                await (values switch
                {
                    bool[] v => rows.WriteAsync<bool>(field, v),
                    // An array of bytes is one of signed bytes, too, for the runtime.
                    byte[] v when field.ClrType == typeof(byte) => rows.WriteAsync<byte>(field, v),
                    sbyte[] v => rows.WriteAsync<sbyte>(field, v),
                    short[] v => rows.WriteAsync<short>(field, v),
                    int[] v => rows.WriteAsync<int>(field, v),
                    long[] v => rows.WriteAsync<long>(field, v),
                    float[] v => rows.WriteAsync<float>(field, v),
                    double[] v => rows.WriteAsync<double>(field, v),
                    decimal[] v => rows.WriteAsync<decimal>(field, v),
                    DateTime[] v => rows.WriteAsync<DateTime>(field, v),
                    Guid[] v => rows.WriteAsync<Guid>(field, v),
                    string[] v => rows.WriteAsync(field, v),
                    _ => throw new NotSupportedException(field.Name),
                });
            }
        }

        return stream.ToArray();
    }
}
