using Serverless.Learning.Definition;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Definition;

/// <summary><c>data</c> in model.json.</summary>
public class DataSettingsTests
{
    private static readonly System.Text.Json.JsonSerializerOptions _asInManifest =
        new() { Converters = { new ModelDefinitionConverter() } };

    [Fact]
    public void Every_setting_of_data_is_read()
    {
        var data = Good("""
            {"data": {"window": {"files": 3, "rows": 5000, "since": "P2Y"}, "key": ["store", "day"],
              "order": "name", "mode": "upsert"}}
            """).Data;

        Assert.Equal(new DataWindow { Files = 3, Rows = 5000, Since = "P2Y" }, data.Window);
        Assert.Equal(["store", "day"], data.Key!);
        Assert.Equal((DataOrder.Name, DataMode.Upsert), (data.Order, data.Mode));
    }

    [Fact]
    public void Without_settings_all_files_count_and_the_mode_is_inferred()
    {
        var data = Good("{}").Data;

        Assert.Equal(new DataWindow(), data.Window);
        Assert.Equal((null, null, null, null), (data.Window.Files, data.Key, data.Order, data.Mode));
    }

    [Theory]
    [InlineData("""{"data":{"window":{"files":0}}}""", "data.window.files: expected 1 to 10000, found 0")]
    [InlineData("""{"data":{"window":{"rows":-5}}}""", "data.window.rows: expected 1 to 2000000000, found -5")]
    [InlineData("""{"data":{"window":{"since":"2 years"}}}""",
        "data.window.since: expected an ISO 8601 duration above zero such as P2Y, P18M, P90D or PT36H, "
        + "found '2 years'")]
    [InlineData("""{"data":{"key":[]}}""", "data.key: expected at least 1 entries, found 0")]
    [InlineData("""{"data":{"key":""}}""", "data.key: expected a text that is not empty, found \"\"")]
    [InlineData("""{"data":{"key":["a","a"]}}""",
        "data.key[1]: expected an entry that differs from those before, found \"a\"")]
    [InlineData("""{"data":{"key":["a"," b"]}}""",
        "data.key[1]: expected a name without spaces around it, found ' b'")]
    [InlineData("""{"columns":["a","y"],"data":{"key":"b"}}""",
        "data.key: expected one of columns: 'a', 'y', found 'b'")]
    [InlineData("""{"label":"y","data":{"key":["a","y"]}}""",
        "data.key[1]: expected another column than the label, found 'y'")]
    [InlineData("""{"data":{"mode":"upsert"}}""",
        "data.key: expected the column or columns that name what a row is about, as mode is upsert, found none")]
    [InlineData("""{"data":{"mode":"append","key":"a"}}""",
        "data.mode: expected upsert, or none, where key is given; remove one of them, found 'append'")]
    [InlineData("""{"data":{"mode":"merge"}}""",
        "data.mode: expected append, extract or upsert, found \"merge\"")]
    [InlineData("""{"data":{"order":"age"}}""", "data.order: expected time or name, found \"age\"")]
    [InlineData("""{"data":{"window":{"files":2}},"training":{"window":{"files":3}}}""",
        "training.window.files: expected the same as data.window.files, 2, as it is its earlier name; remove it, "
        + "found 3")]
    public void A_mistake_in_data_is_named_with_its_remedy(string json, string expected)
    {
        var result = ModelDefinitionReader.Read(CsvText.Utf8(json));

        Assert.Null(result.Definition);
        Assert.Equal(expected, Assert.Single(result.Errors).ToString());
    }

    [Theory]
    [InlineData("""{"training":{"window":{"files":3}}}""")]
    [InlineData("""{"training":{"window":{"files":3}},"data":{"window":{"files":3}}}""")]
    public void The_earlier_name_of_the_window_still_counts(string json)
    {
        var old = Good(json);

        Assert.Equal(3, old.Data.Window.Files);
        Assert.Equal(3, old.Data.Window.Files);
        Assert.Equal(Hash("""{"data":{"window":{"files":3}}}"""), ModelDefinitionReader.CanonicalHash(old));
        Assert.Contains("\"data\"", ModelDefinitionReader.ToJson(old), StringComparison.Ordinal);
        Assert.DoesNotContain("\"training\"", ModelDefinitionReader.ToJson(old), StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_window_of_an_earlier_manifest_is_no_choice()
    {
        var json = """{"training":{"window":{"files":1}},"label":"y"}""";

        var ofManifest = System.Text.Json.JsonSerializer.Deserialize<ModelDefinition>(json, _asInManifest)!;

        Assert.Null(ofManifest.Data.Window.Files);
        Assert.Equal(1, Good(json).Data.Window.Files);
    }

    [Theory]
    [InlineData("""{"data":{"window":{"files":2}}}""")]
    [InlineData("""{"data":{"window":{"rows":2}}}""")]
    [InlineData("""{"data":{"window":{"since":"P1D"}}}""")]
    [InlineData("""{"data":{"key":"a"}}""")]
    [InlineData("""{"data":{"order":"name"}}""")]
    [InlineData("""{"data":{"mode":"append"}}""")]
    public void What_counts_is_part_of_what_is_learned(string json) => Assert.NotEqual(Hash("{}"), Hash(json));

    [Fact]
    public void Spellings_of_a_key_are_one()
    {
        Assert.Equal(Hash("""{"data":{"key":"a"}}"""), Hash("""{"data":{"key":["a"],"mode":"upsert"}}"""));
        Assert.Equal(Hash("""{"data":{"key":["a","b"]}}"""), Hash("""{"data":{"key":["b","a"]}}"""));
        Assert.NotEqual(Hash("""{"data":{"key":["a","b"]}}"""), Hash("""{"data":{"key":"a"}}"""));
        Assert.Contains("\"key\": \"a\"", ModelDefinitionReader.ToJson(Good("""{"data":{"key":["a"]}}""")));
    }

    [Theory]
    [InlineData("P2Y", "2024-02-29", "2022-02-28")]
    [InlineData("P1M", "2024-03-31", "2024-02-29")]
    [InlineData("P1Y2M3W4DT36H", "2024-06-30", "2023-04-03 12:00")]
    [InlineData("PT90M", "2024-01-01 01:00", "2023-12-31 23:30")]
    [InlineData("P9999Y", "2024-01-01", "0001-01-01")]
    public void A_duration_is_counted_back_by_the_calendar(string duration, string newest, string expected)
    {
        var span = CalendarSpan.TryParse(duration)!.Value;

        Assert.Equal(TicksOf(expected), span.Before(TicksOf(newest)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("P1")]
    [InlineData("PT")]
    [InlineData("P1YT")]
    [InlineData("P0D")]
    [InlineData("-P1Y")]
    [InlineData("p1y")]
    [InlineData("P1M1Y")]
    [InlineData("P1Y ")]
    [InlineData("P9999999Y")]
    [InlineData("PT999999999H")]
    public void What_is_no_duration_above_zero_is_refused(string text) => Assert.Null(CalendarSpan.TryParse(text));

    private static long TicksOf(string time) => DateTime.Parse(
        time, System.Globalization.CultureInfo.InvariantCulture,
        System.Globalization.DateTimeStyles.AssumeUniversal
            | System.Globalization.DateTimeStyles.AdjustToUniversal).Ticks;

    private static string Hash(string json) => ModelDefinitionReader.CanonicalHash(Good(json));

    private static ModelDefinition Good(string json)
    {
        var result = ModelDefinitionReader.Read(CsvText.Utf8(json));
        Assert.Empty(result.Errors);
        return result.Definition!;
    }
}
