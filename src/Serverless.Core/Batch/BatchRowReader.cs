using System.Runtime.CompilerServices;
using Serverless.Csv.Records;
using Serverless.Learning.Features;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>Parses a file's rows directly into a model's slots.</summary>
internal sealed class BatchRowReader
{
    private readonly CsvTokenizer _csv;
    private readonly int _fieldCount;
    private readonly int _id;
    private readonly BatchFeature[] _features;
    private readonly BatchVectorFeatures[] _eights;
    private readonly BatchFeature[] _others;
    private readonly (int Slot, float Unknown, BatchFeature Feature)[] _listed;

    public BatchRowReader(CsvTokenizer csv, BatchColumns columns, Signature signature)
    {
        (_csv, _fieldCount, _id) = (csv, columns.Names.Count, columns.Id);
        var encoder = new RowEncoder(signature);
        _features = [.. signature.Features.Select((f, i) => new BatchFeature(encoder, f, i, columns.Features[i]))];
        _listed = [.. _features.Where(f => !float.IsNaN(f.Unknown)).Select(f => (f.Slot, f.Unknown, f))];
        (_eights, _others) = BatchVectorFeatures.Group(_features, columns.Names.Count);
    }

    /// <summary>Fills a chunk; leaves it empty at the end of the file or at damage.</summary>
    public async ValueTask FillAsync(BatchChunk chunk, CancellationToken cancellationToken)
    {
        do FillFromBuffer(chunk);
        while (!chunk.IsFull && await _csv.FillAsync(cancellationToken));
        chunk.Next = _csv.Next;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillFromBuffer(BatchChunk chunk)
    {
        while (!chunk.IsFull && _csv.TryRead())
        {
            if (_csv.Fault != QuoteFault.None || _csv.FieldCount != _fieldCount)
            {
                chunk.Errors.Add((chunk.Count, TableBuilder.BrokenRecord(_csv, _fieldCount)));
                chunk.Add(id: default);
                continue;
            }

            var slots = chunk.Add(_id < 0 ? default : _csv.Field(_id));
            if (TrySet(slots)) CountUnknown(chunk, slots);
            else chunk.Errors.Add((chunk.Count - 1, FirstProblem(slots)));
        }
    }

    private void CountUnknown(BatchChunk chunk, ReadOnlySpan<float> slots)
    {
        foreach (var (slot, unknown, feature) in _listed)
        {
            if (slots[slot] == unknown) chunk.Unknown.Add(feature.Index, _csv.Line, _csv.Field(feature.Place));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TrySet(Span<float> slots)
    {
        foreach (var eight in _eights)
        {
            if (!eight.TrySet(_csv, slots)) return false;
        }

        foreach (var feature in _others)
        {
            if (!feature.TrySet(slots, _csv.Field(feature.Place))) return false;
        }

        return true;
    }

    /// <summary>Explains the first feature that makes the row bad; one reason is enough.</summary>
    private Anomaly FirstProblem(Span<float> slots)
    {
        var at = 0;
        while (_features[at].TrySet(slots, _csv.Field(_features[at].Place))) at++;
        return _features[at].Explain(_csv.Field(_features[at].Place), _csv.Line);
    }
}
