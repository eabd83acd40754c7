using System.Globalization;
using DuckDB.NET.Data;
using Serverless.Learning.Definition;
using Serverless.Learning.History;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tests.History;

/// <summary>The newest row of each key, held against SQL in DuckDB.</summary>
public class NewestOfKeyTests
{
    [Theory]
    [InlineData(1, null, true)]
    [InlineData(2, DataOrder.Time, true)]
    [InlineData(3, DataOrder.Name, true)]
    [InlineData(4, null, false)]
    [InlineData(5, null, true)]
    public void The_newest_row_of_a_key_is_that_of_SQL(int seed, DataOrder? order, bool hasTime)
    {
        var random = new SplitMix64((ulong)seed);
        var parts = Enumerable.Range(0, 4).Select(p => Part(p, random, hasTime)).ToList();

        var result = RowHistory.Of(parts, new DataSettings { Key = ["id"], Order = order });

        var newest = hasTime && order != DataOrder.Name ? "time desc, part desc, row desc" : "part desc, row desc";
        var expected = Query(parts, newest);
        Assert.Equal(expected, Counted(parts, result));
        Assert.Equal((DataMode.Upsert, true), (result.Mode, result.IsSure));
        Assert.Contains("Of the rows with the same 'id' the newest counts (data.key).", result.Message);
    }

    [Fact]
    public void A_part_without_keys_is_refused()
    {
        var parts = new[] { new PartRows("a.csv", [1], null, null) };

        var error = Assert.Throws<ArgumentException>(() => RowHistory.Of(parts, new DataSettings { Key = ["id"] }));

        Assert.Contains("Expected a key of each row of 'a.csv', as data.key is given, found none.", error.Message);
    }

    private static PartRows Part(int part, SplitMix64 random, bool hasTime)
    {
        var rows = 200 + random.NextInt32(300);
        ulong[] keys = [.. Enumerable.Range(0, rows).Select(_ => SplitMix64.Mix((ulong)random.NextInt32(150)))];
        ulong[] values = [.. Enumerable.Range(0, rows).Select(_ => random.NextUInt64())];
        // Few times, so that many are equal; some are missing, and those are the oldest.
        long[] times = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(40) is var t && t == 0
            ? long.MinValue
            : t + (3L * part))];
        return new PartRows($"part-{part}.csv", values, keys, hasTime ? times : null);
    }

    private static List<(int Part, int Row)> Counted(List<PartRows> parts, HistoryResult result) =>
        [.. result.Parts.SelectMany((p, i) => (p.Rows ?? [.. Enumerable.Range(0, parts[i].Rows.Length)])
            .Select(row => (i, row)))];

    private static List<(int Part, int Row)> Query(List<PartRows> parts, string newest)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "create table data(part int, row int, key ubigint, time bigint)";
        command.ExecuteNonQuery();
        using (var appender = connection.CreateAppender("data"))
        {
            foreach (var (p, part) in parts.Index())
            {
                for (var row = 0; row < part.Rows.Length; row++)
                {
                    appender.CreateRow().AppendValue(p).AppendValue(row).AppendValue(part.Keys![row])
                        .AppendValue(part.Times?[row] ?? 0L).EndRow();
                }
            }
        }

        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            select part, row from (
                select *, row_number() over (partition by key order by {newest}) as place from data)
            where place = 1 order by part, row
            """);
        using var reader = command.ExecuteReader();
        var rows = new List<(int, int)>();
        while (reader.Read()) rows.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return rows;
    }
}
