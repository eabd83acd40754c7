using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Csv.Formats;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <param name="allowed">The allowed values; null allows any.</param>
/// <param name="allCodes">Receives all rows of a large file whose values are not all kept; otherwise null.</param>
/// <param name="values">Expected number of rows kept with values; 0 if unknown.</param>
public sealed class CategoricalColumnBuilder(
    string name, bool required, IReadOnlyList<string>? allowed, RowCodes? allCodes, int values)
    : ColumnBuilder(name, required)
{
    /// <summary>Approximate cost of an entry beside its own bytes, which are kept twice: as text and as key.</summary>
    private const int BytesPerEntry = 160;

    private const int Missing = -1;

    /// <summary>
    /// A text not in any row accepted before this batch. It becomes a category once its row is accepted.
    /// </summary>
    private const int New = -2;

    private readonly CategoryIndex _index = new();
    private HashSet<string>? _allowed;
    private BlockValues<int> _batch = new();
    private RowValues<int> _codes = new(values);
    private int _place;
    private ParquetTexts? _dictionary;
    private int _version;
    private (int Code, ulong Hash)[] _known = [];
    private string[]? _texts;

    public override long Size => ((long)sizeof(int) * _codes.Count) + (allCodes?.Size ?? 0)
        + (3 * _index.TextBytes) + ((long)BytesPerEntry * _index.Count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Read(RowBlock batch, int place, int from, int to, Span<ulong> hashes)
    {
        _place = place;
        if (allowed is not null) _allowed ??= [.. IsLabel ? allowed.Select(ClassNames.Key) : allowed];
        var codes = _batch.For(batch);
        if (batch.Texts(place, out var entries) is { } texts)
        {
            ReadEntries(texts, entries, from, to, hashes);
            return;
        }

        var fields = batch.FieldsOf(place, out var column);
        for (var row = from; row < to; row++)
        {
            var text = fields[row, column];
            var hash = FieldHash.Of(text);
            codes[row] = _index.Find(text, hash);
            var isMissing = codes[row] < 0 && MissingText.Is(text);
            if (!isMissing) hashes[row] += RowHash.Of(hash, HashKey);
            if (codes[row] >= 0) continue;
            codes[row] = isMissing ? Missing : New;
            if (isMissing) AddMissing(row);
            else if (_allowed is not null && !_allowed.Contains(Spelling(text))) Faults.Add(row);
        }
    }

    /// <summary>Reads the codes of a file's own dictionary, of which each text is looked up once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadEntries(ParquetTexts texts, ReadOnlySpan<int> entries, int from, int to, Span<ulong> hashes)
    {
        if (_dictionary != texts || _version != texts.Version)
        {
            (_dictionary, _version) = (texts, texts.Version);
            if (_known.Length < texts.Entries.Length) _known = new (int, ulong)[texts.Entries.Length];
            Array.Fill(_known, (New, 0UL));
        }

        var codes = _batch.Span;
        for (var row = from; row < to; row++)
        {
            var entry = entries[row];
            if (entry < 0)
            {
                codes[row] = Missing;
                AddMissing(row);
                continue;
            }

            var (code, hash) = _known[entry];
            if (code == New) (code, hash) = _known[entry] = LookUp(texts.Entry(entry));
            hashes[row] += hash;
            codes[row] = code;
            if (code >= 0) continue;
            if (code == Missing) AddMissing(row);
            else if (_allowed is not null && !_allowed.Contains(Spelling(texts.Entry(entry)))) Faults.Add(row);
        }
    }

    /// <returns>A text's code, <see cref="Missing"/> or <see cref="New"/>, and what it adds to a row's hash.</returns>
    private (int Code, ulong Hash) LookUp(ReadOnlySpan<byte> text)
    {
        var hash = FieldHash.Of(text);
        var code = _index.Find(text, hash);
        return code < 0 && MissingText.Is(text) ? (Missing, 0) : (code < 0 ? New : code, RowHash.Of(hash, HashKey));
    }

    public override void Append(RowBlock batch)
    {
        var codes = _batch.Span;
        foreach (var row in batch.Good)
        {
            if (codes[row] == New)
            {
                var text = batch.Cell(row, _place);
                var hash = FieldHash.Of(text);
                codes[row] = _index.Find(text, hash);
                if (codes[row] < 0) codes[row] = _index.Add(text, hash);
            }

            HasValue |= codes[row] >= 0;
            allCodes?.Add(codes[row]);
        }

        _codes.Append(codes, allCodes is null ? batch.Good : batch.Kept);
    }

    /// <summary>A label's classes are allowed in every spelling.</summary>
    private string Spelling(ReadOnlySpan<byte> text)
    {
        var spelling = Encoding.UTF8.GetString(text);
        return IsLabel ? ClassNames.Key(spelling) : spelling;
    }

    /// <summary>Shared by both columns: free text would take much of the memory twice.</summary>
    private string[] Texts => _texts ??= _index.ToTexts();

    public override Column Build() => new CategoricalColumn(Name, _codes.ToArray(), Texts);

    public override BinnedTableColumn? BuildBinned() =>
        allCodes is null ? null : new CodedTexts(Name, allCodes, Texts);

    protected override Fault ExplainValue(ReadOnlySpan<byte> text) =>
        new(AnomalyCodes.UnexpectedValue, $"one of {FieldText.List(allowed ?? [])}");
}
