using System.Data;
using Microsoft.Data.SqlClient;
using Npgsql;
using Serverless.Learning.Definition;

namespace Serverless.Sql.Tests;

/// <summary>What is known of a database without one: SQL Server cannot run where the tests do.</summary>
public sealed class DatabaseTests
{
    [Theory]
    [InlineData(SourceKind.Postgres, "\"at \"\"x\"\" [y]\"")]
    [InlineData(SourceKind.Sqlserver, "[at \"x\" [y]]]")]
    public void A_column_of_any_name_is_quoted(SourceKind kind, string expected) =>
        Assert.Equal(expected, Of(kind).Quote("at \"x\" [y]"));

    [Theory]
    [InlineData(SourceKind.Postgres, "Host=h;Username=u;Password=p", typeof(NpgsqlConnection))]
    [InlineData(SourceKind.Sqlserver, "Server=s;User ID=u;Password=p", typeof(SqlConnection))]
    [InlineData(SourceKind.Postgres, "Server=s;Wrong=p", null)]
    [InlineData(SourceKind.Sqlserver, "Host=h", null)]
    [InlineData(SourceKind.Sqlserver, "nonsense", null)]
    public void A_connection_string_is_read_by_its_own_database(SourceKind kind, string text, Type? expected)
    {
        using var connection = Of(kind).Connect(text);
        Assert.Equal(expected, connection?.GetType());
    }

    public static TheoryData<SourceKind, string> Types =>
    [
        .. from kind in Enum.GetValues<SourceKind>()
           from type in Of(kind).Watermarks.Keys
           select new TheoryDataRow<SourceKind, string>(kind, type),
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_watermark_of_any_type_comes_back_as_it_was(SourceKind kind, string name)
    {
        var type = Of(kind).Watermarks[name];
        var time = new DateTime(2026, 1, 31, 10, 20, 30, 123, DateTimeKind.Unspecified).AddTicks(4567);
        object value = type switch
        {
            DbType.Int64 => long.MinValue,
            DbType.Decimal => 0.1000000000000000000000000001m,
            DbType.Date => time.Date,
            DbType.DateTime when kind == SourceKind.Postgres => DateTime.SpecifyKind(time, DateTimeKind.Utc),
            DbType.DateTime or DbType.DateTime2 => time,
            DbType.DateTimeOffset => new DateTimeOffset(time, TimeSpan.FromMinutes(330)),
            _ => "ä'b",
        };

        var again = Watermark.Parse(Watermark.Format(value, type), type);

        Assert.Equal(value, again);
        if (value is DateTime moment) Assert.Equal(moment.Kind, ((DateTime)again).Kind);
    }

    /// <summary>A datetime compared as a datetime2 is greater than the text that was read of it.</summary>
    [Theory]
    [InlineData("datetime", SqlDbType.DateTime)]
    [InlineData("datetime2", SqlDbType.DateTime2)]
    [InlineData("datetimeoffset", SqlDbType.DateTimeOffset)]
    [InlineData("varchar", SqlDbType.VarChar)]
    [InlineData("nvarchar", SqlDbType.NVarChar)]
    [InlineData("decimal", SqlDbType.Decimal)]
    [InlineData("date", SqlDbType.Date)]
    public void A_watermark_is_compared_as_its_own_type_in_SQL_Server(string name, SqlDbType expected)
    {
        var parameter = new SqlParameter { DbType = SqlServer.Database.Watermarks[name] };
        Assert.Equal(expected, parameter.SqlDbType);
    }

    /// <summary>The product is built without ICU, which Microsoft's client asks for.</summary>
    [Fact]
    public async Task SQL_Server_asks_for_a_build_with_cultures()
    {
        await using var source = new SourceProduct("Server=127.0.0.1,1;User ID=u;Password=p");
        await source.DefineAsync("select 1 as y", kind: "sqlserver");
        var result = await source.PullAsync();
        Assert.Equal(PullStatus.Failed, result.Status);
        Assert.Contains("-p:InvariantGlobalization=false", result.Reason, StringComparison.Ordinal);
    }

    private static Database Of(SourceKind kind) => kind == SourceKind.Postgres ? Postgres.Database : SqlServer.Database;
}
