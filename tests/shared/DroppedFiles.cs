using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Training;

namespace Serverless.Tests;

/// <summary>Does in one go what the functions do by messages.</summary>
internal static class DroppedFiles
{
    /// <summary>Takes in a dropped file, and trains if its rows count.</summary>
    /// <param name="path">Below <c>datasets/</c>.</param>
    /// <returns>The record of the training, or why nothing is learned from the file; null for no file.</returns>
    public static async Task<RunRecord?> RunDroppedAsync(
        this IServiceProvider services, string path, CancellationToken cancellationToken)
    {
        var result = await services.GetRequiredService<IngestRunner>().RunDroppedAsync(path, cancellationToken);
        if (result is null || result.Record is not null || result.Continuation is not null) return result?.Record;
        var (model, file) = (path[..path.IndexOf('/', StringComparison.Ordinal)],
            path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return await services.GetRequiredService<TrainingRunner>().RunAsync(
            result.Training ?? new RetrainRequest(model, "a dropped file", file), cancellationToken);
    }
}
