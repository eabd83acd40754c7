using Serverless.Datasets;
using Serverless.Training;

namespace Serverless.Batch;

/// <summary>Reads a file's rows straight into a model's slots.</summary>
internal sealed class BatchRowReader(CsvTokenizer csv, BatchColumns columns, Signature signature)
{
    private readonly BatchFeature[] _features = Features(columns, signature);

    /// <summary>Fills a chunk; it stays empty at the end, or where the file cannot be read any further.</summary>
    public async ValueTask FillAsync(BatchChunk chunk, CancellationToken cancellationToken)
    {
        do FillFromBuffer(chunk);
        while (!chunk.IsFull && await csv.FillAsync(cancellationToken));
        chunk.Next = csv.Next;
    }

    private void FillFromBuffer(BatchChunk chunk)
    {
        while (!chunk.IsFull && csv.TryRead())
        {
            if (csv.Fault != QuoteFault.None || csv.FieldCount != columns.FieldCount)
            {
                chunk.Errors.Add((chunk.Count, TableBuilder.BrokenRecord(csv, columns.FieldCount)));
                chunk.Add(id: default);
                continue;
            }

            var slots = chunk.Add(columns.Id < 0 ? default : csv.Field(columns.Id));
            foreach (var feature in _features)
            {
                var text = csv.Field(feature.Place);
                if (feature.TrySetNumber(slots, text) || feature.TrySet(slots, text)) continue;
                chunk.Errors.Add((chunk.Count - 1, feature.Explain(text, csv.Line)));
                break; // the first reason is enough
            }
        }
    }

    private static BatchFeature[] Features(BatchColumns columns, Signature signature)
    {
        var encoder = new RowEncoder(signature);
        return [.. signature.Features.Select((f, i) => new BatchFeature(encoder, f, i, columns.Features[i]))];
    }
}
