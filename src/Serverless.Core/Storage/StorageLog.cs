using Microsoft.Extensions.Logging;

namespace Serverless.Core.Storage;

/// <summary>Log messages about files in unexpected places.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(
        41,
        LogLevel.Warning,
        "Ignored {Path}, which is in no model's folder of {Container}: expected "
        + "{Container}/<model>/<file>. Move it there.")]
    public static partial void NoModelFolder(ILogger logger, string container, string path);
}
