using Serverless.Core.Storage;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;

namespace Serverless.Core.Data;

/// <summary>Reads parts.</summary>
/// <exception cref="InvalidDataException">A part was deleted by hand.</exception>
internal sealed class PartFiles(BlobStore store)
{
    /// <summary>Infers the columns, as from the file that the part was made of.</summary>
    public async Task<SchemaInferenceResult> InferAsync(
        DataPart part, ModelDefinition definition, CancellationToken cancellationToken)
    {
        await using var blob = await OpenAsync(part, cancellationToken);
        return await SchemaInference.InferAsync(
            blob.Content, part.Source, definition, part.SourceHash, Environment.ProcessorCount, cancellationToken);
    }

    public async Task<FileSample> SampleAsync(
        DataPart part, ModelDefinition definition, CancellationToken cancellationToken)
    {
        await using var blob = await OpenAsync(part, cancellationToken);
        return await FileSample.ReadAsync(blob.Content, definition, cancellationToken);
    }

    public async Task<DatasetReadResult> ReadAsync(
        DataPart part, DatasetReadOptions options, CancellationToken cancellationToken)
    {
        await using var blob = await OpenAsync(part, cancellationToken);
        return await DatasetReader.ReadAsync(
            blob.Content, options with { KnownHash = part.SourceHash }, cancellationToken);
    }

    private async Task<BlobContent> OpenAsync(DataPart part, CancellationToken cancellationToken) =>
        await store.OpenReadAsync(part.Blob, cancellationToken)
            ?? throw new InvalidDataException(
                $"{part.Blob} is missing: the rows of {part.Source} that were taken in. Drop the file again.");
}
