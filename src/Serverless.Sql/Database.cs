using System.Data;
using System.Data.Common;
using Serverless.Learning.Definition;

namespace Serverless.Sql;

/// <summary>What differs between the databases; everything else is ADO.NET.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Example">A connection string, for messages.</param>
/// <param name="Watermarks">
/// The types that a watermark may have, by the database's names, each with the type of parameter that compares with it
/// exactly. SQL Server would find a <c>datetime</c> above the very value that was read of it, if the parameter were a
/// <c>datetime2</c>.
/// </param>
/// <param name="IsUtc">Whether <see cref="DbType.DateTime"/> is a time with its offset.</param>
/// <param name="HasSnapshots">
/// Whether all queries of a pull may read one state of the database, without locks and without the right to write.
/// </param>
internal sealed record Database(
    string Name,
    string Example,
    DbProviderFactory Factory,
    IReadOnlyDictionary<string, DbType> Watermarks,
    bool IsUtc,
    bool HasSnapshots)
{
    /// <returns>The database; or why this program cannot read it.</returns>
    public static (Database? Database, string? Obstacle) Find(SourceKind kind) => kind switch
    {
        SourceKind.Postgres => (Postgres.Database, null),
#if NATIVE
        SourceKind.Sqlserver => (null, "A host published as one native file reads no SQL Server: use one on .NET."),
#else
        SourceKind.Sqlserver when SqlServer.FindObstacle() is { } obstacle => (null, obstacle),
        SourceKind.Sqlserver => (SqlServer.Database, null),
#endif
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of database."),
    };

    /// <summary>A name as it stands in a statement: <c>"Created At"</c>, or <c>[Created At]</c>.</summary>
    public string Quote(string name)
    {
        using var builder = Factory.CreateCommandBuilder()!;
        return builder.QuoteIdentifier(name);
    }

    /// <summary>A connection that is not open; null if the connection string cannot be read.</summary>
    public DbConnection? Connect(string connectionString)
    {
        var connection = Factory.CreateConnection()!;
        try
        {
            connection.ConnectionString = connectionString;
            return connection;
        }
        // Its message may quote a part of the string.
        catch (Exception e)
            when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            connection.Dispose();
            return null;
        }
    }
}
