using System.Data;
using Npgsql;

namespace Serverless.Sql;

/// <summary>PostgreSQL, through Npgsql.</summary>
internal static class Postgres
{
    public static Database Database { get; } = new(
        "PostgreSQL",
        "Host=…;Database=…;Username=…;Password=…",
        NpgsqlFactory.Instance,
        new Dictionary<string, DbType>
        {
            ["smallint"] = DbType.Int64,
            ["integer"] = DbType.Int64,
            ["bigint"] = DbType.Int64,
            ["numeric"] = DbType.Decimal,
            ["date"] = DbType.Date,
            ["timestamp without time zone"] = DbType.DateTime2,
            ["timestamp with time zone"] = DbType.DateTime,
            ["text"] = DbType.String,
            ["character varying"] = DbType.String,
            ["character"] = DbType.String,
        },
        IsUtc: true,
        HasSnapshots: true);
}
