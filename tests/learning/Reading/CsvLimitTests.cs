using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Reading;

[Collection(nameof(Alone))]
public class CsvLimitTests
{
    [Theory]
    [InlineData("a,b\n", "")]
    [InlineData("a,b\n1,\"", "; a quote in it may never be closed")]
    public async Task A_line_of_two_gigabytes_stops_early_and_in_bounded_memory(string start, string hint)
    {
        using var endless = new GeneratedStream(CsvText.Utf8(start), "x"u8.ToArray(), 2L << 30);
        var before = GC.GetTotalAllocatedBytes();

        var result = await SchemaInference.InferAsync(
            endless, "file.csv", new ModelDefinition(), TestContext.Current.CancellationToken);

        Assert.Equal(
            $"Expected rows of at most 1,048,576 bytes, found a longer one that begins at line 2{hint}.",
            result.Rejection!.Rejection);
        Assert.InRange(endless.BytesRead, 1 << 20, 8 << 20);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public async Task Ten_thousand_columns_are_refused()
    {
        var text = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"c{i}")) + "\n";

        var report = await CsvText.DropAsync(text);

        Assert.Equal("Expected at most 5,000 columns, found more at line 1.", report.Rejection);
    }

    [Fact]
    public async Task Five_thousand_columns_are_read()
    {
        var header = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"c{i}"));
        var rows = Enumerable.Range(0, 20)
            .Select(r => string.Join(',', Enumerable.Range(0, 5_000).Select(c => (r * c) % 17)));

        var report = await CsvText.DropAsync(header + "\n" + string.Join('\n', rows));

        Assert.Null(report.Rejection);
        Assert.Equal(20, report.Rows);
    }

    [Fact]
    public async Task A_binary_file_is_refused_with_the_place()
    {
        var report = await CsvText.DropAsync([.. "a,b\n1,2\n3,"u8, 0, 1, 2]);

        Assert.Equal(
            "Expected text in UTF-8, found a NUL byte, as in binary files, at line 3, byte offset 10.",
            report.Rejection);
        Assert.Equal(AnomalyCodes.NotText, Assert.Single(report.Anomalies).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200_000)]
    public async Task Text_in_another_encoding_is_refused_with_the_place(int rowsBefore)
    {
        var good = CsvText.Utf8("name,é\n" + string.Concat(Enumerable.Repeat("é,1\n", rowsBefore)));
        var latin = Encoding.Latin1.GetBytes("\u00fc,1\n");

        var report = await CsvText.DropAsync([.. good, .. latin]);

        Assert.Equal(
            $"Expected text in UTF-8, found the byte 0xFC at line {rowsBefore + 2}, byte offset {good.Length}.",
            report.Rejection);
    }

    [Fact]
    public async Task A_character_cut_off_at_the_end_is_refused()
    {
        var report = await CsvText.DropAsync([.. "a,b\n1,"u8, 0xE2, 0x82]);

        Assert.Contains("the byte 0xE2 at line 2, byte offset 6", report.Rejection);
    }

    [Fact]
    public async Task Gzip_is_known_by_its_bytes_and_reads_the_same()
    {
        var plain = CsvText.Utf8(CsvText.Shop(500));
        var packed = CsvText.Gzip(plain);
        var two = packed.Concat(CsvText.Gzip([])).ToArray();

        foreach (var bytes in new[] { plain, packed, two })
        {
            var schema = (await CsvText.InferAsync(bytes)).Schema!;
            var result = await CsvText.ReadAsync(bytes, schema);
            Assert.Equal(500, result.Table!.RowCount);
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
                result.Report.ContentHash);
        }
    }

    [Fact]
    public async Task Gzip_that_is_cut_off_anywhere_is_refused()
    {
        var packed = CsvText.Gzip(CsvText.Utf8(CsvText.Shop(300)));

        foreach (var length in Enumerable.Range(2, packed.Length - 2)
            .Where(l => l < 40 || l % 37 == 0 || l > packed.Length - 12))
        {
            var report = await CsvText.DropAsync(packed[..length]);
            Assert.Contains(report.Anomalies, a => a.Code == AnomalyCodes.DamagedGzip);
            Assert.StartsWith("Expected a whole gzip file, found damaged data", report.Rejection);
        }
    }

    [Fact]
    public async Task Gzip_with_a_flipped_bit_is_refused()
    {
        var packed = CsvText.Gzip(CsvText.Utf8(CsvText.Shop(300)));
        for (var at = 20; at < packed.Length - 8; at += 61)
        {
            var damaged = (byte[])packed.Clone();
            damaged[at] ^= 0x10;
            var report = await CsvText.DropAsync(damaged);
            Assert.False(report.Accepted);
        }
    }

    [Fact]
    public async Task A_gzip_bomb_stops_at_the_memory_allowed_for_a_table()
    {
        var schema = await CsvText.SchemaAsync(CsvText.Shop(200));
        var bomb = CsvText.Gzip(CsvText.Utf8(
            "size,colour,sold,price\n" + string.Concat(Enumerable.Repeat("1,red,2020-01-01,2\n", 1_000_000))));

        var result = await DatasetReader.ReadAsync(
            new MemoryStream(bomb),
            new DatasetReadOptions("bomb.csv.gz", schema, new ModelDefinition()) { MaxTableBytes = 1 << 20 },
            TestContext.Current.CancellationToken);

        Assert.Null(result.Table);
        Assert.StartsWith("Expected rows that take at most 1,048,576 bytes as typed columns", result.Report.Rejection);
        Assert.InRange(result.Report.Rows, 1, 200_000);
    }

    /// <summary>A stream of some bytes followed by a repeated block.</summary>
    private sealed class GeneratedStream(byte[] start, byte[] repeated, long length) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => BytesRead; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = 0;
            for (; read < count && BytesRead < length; read++, BytesRead++)
            {
                buffer[offset + read] = BytesRead < start.Length
                    ? start[BytesRead]
                    : repeated[BytesRead % repeated.Length];
            }

            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
