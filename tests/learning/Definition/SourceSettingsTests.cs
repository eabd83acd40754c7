using Serverless.Learning.Definition;

namespace Serverless.Learning.Tests.Definition;

public class SourceSettingsTests
{
    private const string Usual = """ "kind": "postgres", "connection": "Warehouse", "query": "select 1 as y" """;

    [Fact]
    public void A_source_is_read_and_written_back()
    {
        var definition = Good($$$"""
            {"source": { {{{Usual}}}, "watermark": "id", "delaySeconds": 5.5, "schedule": "0 0 3 * * *"}}
            """);
        Assert.Equal(
            new SourceSettings
            {
                Kind = SourceKind.Postgres,
                Connection = "Warehouse",
                Query = "select 1 as y",
                Watermark = "id",
                DelaySeconds = 5.5,
                Schedule = "0 0 3 * * *",
            },
            definition.Source);
        Assert.Equal(definition.Source, Good(ModelDefinitionReader.ToJson(definition)).Source);
    }

    [Fact]
    public void Where_data_comes_from_is_no_other_model() => Assert.Equal(
        ModelDefinitionReader.CanonicalHash(Good("""{"label": "y"}""")),
        ModelDefinitionReader.CanonicalHash(Good($$$"""{"label": "y", "source": { {{{Usual}}} }}""")));

    [Theory]
    [InlineData("{}", "source.kind: expected a value, found none")]
    [InlineData(
        """{"kind":"oracle","connection":"A","query":"select 1"}""", "source.kind: expected postgres or sqlserver")]
    [InlineData(
        """{"kind":"postgres","connection":"A","query":"delete from t"}""",
        "source.query: expected one statement that begins with SELECT or WITH, found 'delete from t'")]
    [InlineData(
        """{"kind":"sqlserver","connection":"A","query":"with w as (select 1 id) select * from w","watermark":"id"}""",
        "source.query: expected one that begins with SELECT where SQL Server has a watermark")]
    [InlineData(
        """{"kind":"postgres","connection":"A","query":"select 1","delaySeconds":5}""",
        "source.delaySeconds: expected 0 without a watermark, found 5")]
    [InlineData(
        """{"kind":"postgres","connection":"A","query":"select 1","schedule":"0 3 * * *"}""",
        "source.schedule: expected NCRONTAB with six fields")]
    [InlineData(
        """{"kind":"postgres","connectionString":"Host=h","connection":"A","query":"select 1"}""",
        "source.connectionString: expected one of the properties kind, connection, query")]
    public void A_wrong_source_is_refused_with_its_place(string source, string expected) =>
        Assert.Contains(
            Errors($$$"""{"source": {{{source}}} }"""), e => e.StartsWith(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("Host=db;Password=secret")]
    [InlineData("postgres://u:secret@db/sales")]
    [InlineData("secret!")]
    public void A_connection_string_is_refused_and_not_repeated(string connection)
    {
        var error = Assert.Single(Errors(
            $$$"""{"source": {"kind": "postgres", "connection": "{{{connection}}}", "query": "select 1"}}"""));
        Assert.StartsWith("source.connection: expected the name of an app setting", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret!", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Host=", error, StringComparison.Ordinal);
        Assert.DoesNotContain("u:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_a_source_begin_with_names()
    {
        Assert.Contains(
            Errors($$$"""{"columns": ["a", "y"], "source": { {{{Usual}}} }}"""),
            e => e.StartsWith("columns: expected none with a source", StringComparison.Ordinal));
        Assert.Contains(
            Errors($$$"""{"header": false, "source": { {{{Usual}}} }}"""),
            e => e.StartsWith("header: expected none with a source", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0 0 3 * * *", "2026-01-02T03:00:00Z")]
    [InlineData("30 */5 * * * *", "2026-01-01T04:05:30Z")]
    [InlineData("0 0 0 30 2 *", null)]
    public void The_next_time_of_a_schedule_is_in_UTC(string schedule, string? expected)
    {
        var source = new SourceSettings
        {
            Kind = SourceKind.Postgres,
            Connection = "A",
            Query = "select 1",
            Schedule = schedule,
        };
        var next = source.NextAfter(DateTimeOffset.Parse("2026-01-01T06:00:30+02:00"));
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected), next);
    }

    private static ModelDefinition Good(string json)
    {
        var (definition, errors) = ModelDefinitionReader.Read(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Empty(errors);
        return definition!;
    }

    private static List<string> Errors(string json) =>
        [.. ModelDefinitionReader.Read(System.Text.Encoding.UTF8.GetBytes(json)).Errors.Select(e => e.ToString())];
}
