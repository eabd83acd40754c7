using System.Data;
using Microsoft.Data.SqlClient;

namespace Serverless.Sql;

/// <summary>SQL Server and Azure SQL, through Microsoft.Data.SqlClient.</summary>
internal static class SqlServer
{
    public static Database Database { get; } = new(
        "SQL Server",
        "Server=…;Database=…;User ID=…;Password=…",
        SqlClientFactory.Instance,
        new Dictionary<string, DbType>
        {
            ["tinyint"] = DbType.Int64,
            ["smallint"] = DbType.Int64,
            ["int"] = DbType.Int64,
            ["bigint"] = DbType.Int64,
            ["decimal"] = DbType.Decimal,
            ["numeric"] = DbType.Decimal,
            ["date"] = DbType.Date,
            ["datetime"] = DbType.DateTime,
            ["smalldatetime"] = DbType.DateTime,
            ["datetime2"] = DbType.DateTime2,
            ["datetimeoffset"] = DbType.DateTimeOffset,
            ["char"] = DbType.AnsiString,
            ["varchar"] = DbType.AnsiString,
            ["nchar"] = DbType.String,
            ["nvarchar"] = DbType.String,
        },
        IsUtc: false,
        HasSnapshots: false);

    /// <summary>The client refuses to connect in a process without ICU's cultures, as this product is built.</summary>
    public static string? FindObstacle() =>
        AppContext.TryGetSwitch("System.Globalization.Invariant", out var isInvariant) && isInvariant
            ? "Microsoft's client for SQL Server needs ICU's cultures, which this program is built without. Build or "
                + "publish it with -p:InvariantGlobalization=false, for a machine that has ICU."
            : null;
}
