using Microsoft.Azure.Functions.Worker;
using Serverless.Core.Storage;

namespace Serverless.Local.Tests.Blobs;

/// <summary>Notes the model, the file and all of the content of what was dropped.</summary>
public sealed class BlobFunctions(Probe probe)
{
    [Function("OnDataset")]
    public async Task OnDataset(
        [BlobTrigger("datasets/{path}")] Stream blob, string path, CancellationToken stop)
    {
        var (model, file) = BlobPaths.Split(path)!.Value;
        using var reader = new StreamReader(blob);
        await probe.CallAsync($"{model} {file} {await reader.ReadToEndAsync(stop)}", stop);
    }
}
