using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Definition;

namespace Serverless.Core.Data;

/// <summary>model.json as a run finds it.</summary>
/// <param name="Definition">The default without a file; null if it is unusable.</param>
/// <param name="ETag">Null without a file.</param>
/// <param name="Problem">Why it is unusable; null if it is not.</param>
internal sealed record WrittenDefinition(ModelDefinition? Definition, string? ETag, string? Problem)
{
    public bool IsWritten => ETag is not null;

    /// <summary>Reads the file once it has settled, however often it is written meanwhile.</summary>
    public static async Task<WrittenDefinition> ReadAsync(
        BlobStore store, TimeProvider clock, string model, CancellationToken cancellationToken)
    {
        var path = BlobPaths.Definition(model);
        while (true)
        {
            var settled = await BlobSettling.WaitAsync(store, path, BlobSettling.Usual, clock, cancellationToken);
            if (await store.GetPropertiesAsync(path, cancellationToken) is { Length: > DefinitionFile.MaxBytes } large)
            {
                return new WrittenDefinition(
                    null,
                    large.ETag,
                    $"model.json cannot be used: expected at most {DefinitionFile.MaxBytes:N0} bytes, found "
                    + $"{large.Length:N0}.");
            }

            var written = await store.ReadAllAsync(path, DefinitionFile.MaxBytes, cancellationToken);
            if (written?.ETag != settled) continue;
            if (written is null) return new WrittenDefinition(new ModelDefinition(), null, null);
            var (definition, errors) = ModelDefinitionReader.Read(written.Value.Bytes);
            var problem = definition is null ? $"model.json cannot be used. {string.Join(" ", errors)}" : null;
            return new WrittenDefinition(definition, settled, problem);
        }
    }
}
