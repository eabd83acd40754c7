using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Parquet.Meta;
using Snappier;

namespace Serverless.Csv.Formats;

/// <summary>
/// Decodes the pages of one column, plain ones and those with a dictionary, which nearly all files have: texts stay
/// UTF-8, and each of a dictionary is seen once. What else there is, Parquet.Net reads.
/// </summary>
internal sealed class ParquetPages
{
    private const int Plain = 0;
    private const int PlainDictionary = 2;
    private const int RleDictionary = 8;

    /// <summary>Readable bytes behind a page.</summary>
    private const int Padding = 16;

    private byte[] _stored = [];
    private byte[] _page = [];
    private int[] _numbers = [];

    /// <summary>Receives the values of a column's pages, in their order.</summary>
    public interface IValues
    {
        /// <param name="count">Number of values in the dictionary, which are plain.</param>
        void SetDictionary(ReadOnlySpan<byte> values, int count);

        /// <param name="levels">Of the page's rows.</param>
        /// <param name="present">Number of rows that have a value.</param>
        void AddPlain(ReadOnlySpan<byte> values, ReadOnlySpan<int> levels, int present);

        /// <param name="indices">One for each row that has a value.</param>
        void AddIndices(ReadOnlySpan<int> indices, ReadOnlySpan<int> levels);
    }

    /// <param name="maxLevel">The definition level of a row that has a value.</param>
    /// <returns>False where a page is encoded or packed in another way; some values may have been added.</returns>
    /// <exception cref="InvalidDataException">The column is damaged.</exception>
    public bool TryRead(SafeFileHandle file, ColumnMetaData column, int maxLevel, int rows, IValues to)
    {
        long[] starts = [column.DictionaryPageOffset ?? 0, column.DataPageOffset];
        var start = starts.Where(s => s > 0).DefaultIfEmpty(0).Min();
        if (column.TotalCompressedSize is <= 0 or > int.MaxValue) return false;
        var length = (int)column.TotalCompressedSize;
        Ensure(ref _stored, length);
        if (RandomAccess.Read(file, _stored.AsSpan(0, length), start) < length) throw Damaged();
        ReadOnlySpan<byte> left = _stored.AsSpan(0, length);
        for (var read = 0; read < rows;)
        {
            var header = ParquetPageHeader.Read(ref left);
            if (header.CompressedSize > left.Length) throw Damaged();
            var stored = left[..header.CompressedSize];
            left = left[header.CompressedSize..];
            switch (header.Type)
            {
                case ParquetPageHeader.DictionaryPage:
                    if (header.Encoding is not (Plain or PlainDictionary)) return false;
                    if (!TryUnpack(stored, column.Codec, header.UncompressedSize)) return false;
                    to.SetDictionary(_page.AsSpan(0, header.UncompressedSize), header.Values);
                    break;
                case ParquetPageHeader.DataPage or ParquetPageHeader.DataPageV2:
                    if (header.Values > rows - read) throw Damaged();
                    if (!TryAdd(header, stored, column.Codec, maxLevel, to)) return false;
                    read += header.Values;
                    break;
            }
        }

        return true;
    }

    private bool TryAdd(
        in ParquetPageHeader header, ReadOnlySpan<byte> stored, CompressionCodec codec, int maxLevel, IValues to)
    {
        if (_numbers.Length < 2 * header.Values) _numbers = new int[2 * header.Values];
        var levels = _numbers.AsSpan(0, header.Values);
        var width = 32 - int.LeadingZeroCount(maxLevel);
        ReadOnlySpan<byte> page;
        if (header.Type == ParquetPageHeader.DataPageV2)
        {
            if (header.RepetitionBytes > 0 || header.DefinitionBytes < 0) return false;
            if (header.DefinitionBytes > Math.Min(stored.Length, header.UncompressedSize)) throw Damaged();
            if (maxLevel > 0) ParquetRuns.Decode(stored[..header.DefinitionBytes], width, levels);
            stored = stored[header.DefinitionBytes..];
            var size = header.UncompressedSize - header.DefinitionBytes;
            if (!TryUnpack(stored, header.IsCompressed ? codec : CompressionCodec.UNCOMPRESSED, size)) return false;
            page = _page.AsSpan(0, size);
        }
        else
        {
            if (!TryUnpack(stored, codec, header.UncompressedSize)) return false;
            page = _page.AsSpan(0, header.UncompressedSize);
            if (maxLevel > 0)
            {
                if (page.Length < sizeof(int)) throw Damaged();
                var bytes = MemoryMarshal.Read<int>(page);
                if (bytes < 0 || bytes > page.Length - sizeof(int)) throw Damaged();
                ParquetRuns.Decode(page.Slice(sizeof(int), bytes), width, levels);
                page = page[(sizeof(int) + bytes)..];
            }
        }

        if (maxLevel == 0) levels.Clear();
        var present = levels.Count(maxLevel);
        switch (header.Encoding)
        {
            case Plain:
                to.AddPlain(page, levels, present);
                return true;
            case PlainDictionary or RleDictionary:
                var indices = _numbers.AsSpan(header.Values, present);
                if (present > 0)
                {
                    if (page.IsEmpty) throw Damaged();
                    if (page[0] == 0) indices.Clear();
                    else ParquetRuns.Decode(page[1..], page[0], indices);
                }

                to.AddIndices(indices, levels);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Unpacks a page.</summary>
    /// <param name="size">Of the page as it was.</param>
    private bool TryUnpack(ReadOnlySpan<byte> stored, CompressionCodec codec, int size)
    {
        Ensure(ref _page, size);
        var page = _page.AsSpan(0, size);
        switch (codec)
        {
            case CompressionCodec.UNCOMPRESSED:
                if (stored.Length < size) throw Damaged();
                stored[..size].CopyTo(page);
                return true;
            case CompressionCodec.SNAPPY:
                if (size > 0 && Snappy.Decompress(stored, page) != size) throw Damaged();
                return true;
            case CompressionCodec.ZSTD:
                using (var zstd = new ZstdSharp.Decompressor())
                {
                    if (size > 0 && zstd.Unwrap(stored, page) != size) throw Damaged();
                }

                return true;
            case CompressionCodec.GZIP:
                using (var gzip = new GZipStream(new MemoryStream(stored.ToArray()), CompressionMode.Decompress))
                {
                    gzip.ReadExactly(page);
                }

                return true;
            default:
                return false;
        }
    }

    private static void Ensure(ref byte[] buffer, int length)
    {
        if (buffer.Length < length + Padding) buffer = new byte[length + Padding];
    }

    private static InvalidDataException Damaged() => new("A page of a column is damaged.");
}
