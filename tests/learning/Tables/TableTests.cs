using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Tests.Tables;

public class TableTests
{
    [Fact]
    public void Concatenating_gives_one_code_to_one_category()
    {
        var all = Table.Concatenate(
        [
            Make(["a", "b"], [0, 1, -1], [1, 2, 3]),
            Make(["b", "c"], [0, 1, 0], [4, float.NaN, 6]),
        ]);

        var texts = Assert.IsType<CategoricalColumn>(all.Find("text"));
        Assert.Equal(["a", "b", "c"], texts.Values);
        Assert.Equal([0, 1, -1, 1, 2, 1], texts.Codes);
        Assert.Equal([1, 2, 3, 4, float.NaN, 6], ((NumericColumn)all.Find("number")!).Values);
        Assert.Equal(ColumnType.Boolean, all.Find("flag")!.Type);
        Assert.Equal([7, 8, 9, 7, 8, 9], ((TimestampColumn)all.Find("moment")!).Ticks);
        Assert.Equal([10UL, 11, 12, 10, 11, 12], all.RowHashes);
    }

    [Fact]
    public void Tables_with_other_columns_cannot_be_concatenated()
    {
        var other = new Table([new NumericColumn("text", [1])], 1, [1]);

        Assert.Throws<ArgumentException>(() => Table.Concatenate([Make(["a"], [0, 0, 0], [1, 2, 3]), other]));
    }

    [Fact]
    public void Categories_that_the_live_model_does_not_know_are_named_and_counted()
    {
        var table = Make(["a", "b", "c"], [0, 1, 2], [1, 2, 3]);
        var known = new Dictionary<string, IReadOnlyList<string>> { ["text"] = ["a", "z"], ["absent"] = ["q"] };

        var anomaly = Assert.Single(ProfileAnomalies.Compare(table, known));

        Assert.Equal("ENUM_TYPE_UNEXPECTED_STRING_VALUES", anomaly.Code);
        Assert.Equal(AnomalySeverity.Warning, anomaly.Severity);
        Assert.Equal(("text", 2L, "'b', 'c'"), (anomaly.Column, anomaly.Count, anomaly.Found));
        Assert.Empty(ProfileAnomalies.Compare(
            table, new Dictionary<string, IReadOnlyList<string>> { ["text"] = ["a", "b", "c"] }));
    }

    private static Table Make(string[] values, int[] codes, float[] numbers) => new(
        [
            new CategoricalColumn("text", codes, values),
            new NumericColumn("number", numbers),
            new NumericColumn("flag", [0, 1, 0], isBoolean: true),
            new TimestampColumn("moment", [7, 8, 9]),
        ],
        3,
        [10, 11, 12]);
}
