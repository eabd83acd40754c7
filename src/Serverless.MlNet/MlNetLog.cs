using Microsoft.Extensions.Logging;

namespace Serverless.MlNet;

/// <summary>Every log message of this project.</summary>
internal static partial class MlNetLog
{
    [LoggerMessage(1, LogLevel.Warning,
        "Trainer {Trainer} is off: its native library {Library} cannot be loaded on this machine.")]
    public static partial void NativeLibraryMissing(ILogger logger, string trainer, string library);
}
