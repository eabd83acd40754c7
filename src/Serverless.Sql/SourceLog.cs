using Microsoft.Extensions.Logging;

namespace Serverless.Sql;

/// <summary>Log messages of pulls. They name no value of a row and nothing of a connection.</summary>
internal static partial class SourceLog
{
    [LoggerMessage(35, LogLevel.Information, "{Model}: {Rows} rows were pulled into {File}.")]
    public static partial void Landed(ILogger logger, string model, long rows, string file);
}
