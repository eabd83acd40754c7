using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Features;

public class SignatureTests
{
    private static readonly string?[] Colours = ["red", "blue", "red", null, "green", "blue"];

    [Fact]
    public void Categories_are_ordered_by_frequency_and_then_ordinally()
    {
        var table = Table(Text("colour", Colours), Numbers("y", 1, 2, 3, 4, 5, 6));

        var all = SignatureBuilder.Build(Schema(ModelTask.Regression, "y", table), table, [0, 1, 2, 3, 4, 5]);
        var some = SignatureBuilder.Build(Schema(ModelTask.Regression, "y", table), table, [4, 5, 1]);

        Assert.Equal(["blue", "red", "green"], all.Features[0].Categories);
        Assert.Equal(["blue", "green"], some.Features[0].Categories);
        Assert.Empty(all.Classes);
    }

    [Fact]
    public void The_250_most_frequent_categories_are_kept_and_the_rest_is_other()
    {
        string[] texts =
            [.. Enumerable.Range(0, 1000).SelectMany(i => Enumerable.Repeat($"c{i:000}", i < 300 ? 2 : 1))];
        var table = Table(Text("id", texts), Numbers("y", [.. texts.Select((_, i) => (float)i)]));

        var signature = SignatureBuilder.Build(Schema(ModelTask.Regression, "y", table), table, Rows(table));
        var encoded = SignatureEncoder.Encode(signature, table).Columns[0];

        Assert.Equal(250, signature.Features[0].Categories.Count);
        Assert.Equal("c249", signature.Features[0].Categories[^1]);
        Assert.Equal(0, encoded[0]);
        Assert.Equal(250, encoded[^1]);
        Synthetic.Train("gbt", Data(signature, table), Data(signature, table), change: h => h["num_iterations"] = 3);
    }

    [Fact]
    public void The_second_class_of_a_binary_task_is_the_rarer_one()
    {
        var rare = Table(Text("y", "yes", "no", "yes", "yes"), Numbers("x", 1, 2, 3, 4));
        var tie = Table(Text("y", "yes", "no", "no", "yes"), Numbers("x", 1, 2, 3, 4));

        Assert.Equal(
            ["yes", "no"], SignatureBuilder.Build(Schema(ModelTask.Binary, "y", rare), rare, Rows(rare)).Classes);
        Assert.Equal(["no", "yes"], SignatureBuilder.Build(Schema(ModelTask.Binary, "y", tie), tie, Rows(tie)).Classes);
    }

    [Fact]
    public void Multiclass_classes_are_in_ordinal_order_and_may_be_numbers()
    {
        var table = Table(Numbers("y", 10, 2, 2, 1.5f, float.NaN), Numbers("x", 1, 2, 3, 4, 5));

        var signature = SignatureBuilder.Build(Schema(ModelTask.Multiclass, "y", table), table, Rows(table));

        Assert.Equal(["1.5", "10", "2"], signature.Classes);
        Assert.Equal([1, 2, 2, 0, float.NaN], SignatureEncoder.EncodeLabels(signature, table).Values);
        Assert.Equal([0, 1, 2, 3], SignatureEncoder.EncodeLabels(signature, table).KnownRows());
    }

    [Fact]
    public void A_label_of_one_class_or_of_5000_is_refused()
    {
        var one = Table(Text("y", "yes", "yes"), Numbers("x", 1, 2));
        var many = Table(Text("y", [.. Enumerable.Range(0, 5000).Select(i => $"k{i}")]), Numbers("x", new float[5000]));

        var tooFew = Assert.Throws<ArgumentException>(
            () => SignatureBuilder.Build(Schema(ModelTask.Binary, "y", one), one, [0, 1]));
        var tooMany = SignatureBuilder.FindClassProblem(Schema(ModelTask.Multiclass, "y", many), many, Rows(many));

        Assert.Contains("Expected 2 classes in label 'y', found 1 in the 2 training rows: 'yes'.", tooFew.Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "Expected 2 to 1000 classes in label 'y', found 5000 in the 5000 training rows: "
                + "'k0', 'k1', 'k10', 'k100', 'k1000', ….",
            tooMany);
        Assert.Null(SignatureBuilder.FindClassProblem(Schema(ModelTask.Multiclass, "y", many), many, [0, 1, 2]));
    }

    [Fact]
    public void A_class_that_the_signature_does_not_know_is_no_label()
    {
        var table = Table(Text("y", "a", "b", "c", null, "a"), Numbers("x", 1, 2, 3, 4, 5));
        var signature = SignatureBuilder.Build(Schema(ModelTask.Binary, "y", table), table, [0, 1, 4]);

        Assert.Equal([0, 1, float.NaN, float.NaN, 0], SignatureEncoder.EncodeLabels(signature, table).Values);
    }

    [Fact]
    public void A_timestamp_becomes_its_calendar_parts()
    {
        var table = Table(
            new TimestampColumn(
                "at", [new DateTime(2024, 12, 31, 18, 30, 0, DateTimeKind.Utc).Ticks, TimestampColumn.Missing]),
            Numbers("y", 1, 2));

        var matrix = SignatureEncoder.Encode(
            SignatureBuilder.Build(Schema(ModelTask.Regression, "y", table), table, [0, 1]), table);

        Assert.Equal(["at.month", "at.day", "at.weekday", "at.hour"], matrix.Slots.Select(s => s.Name));
        Assert.Equal([12, 366, 2, 18.5f], matrix.Columns.Select(c => c[0]));
        Assert.All(matrix.Columns, c => Assert.Equal(float.NaN, c[1]));
    }

    [Fact]
    public void A_table_with_a_missing_or_differently_typed_feature_is_encoded()
    {
        var old = Table(Text("code", "1", "2"), Numbers("size", 1, 2), Numbers("gone", 1, 2), Flags("flag", 1, 0),
            Numbers("y", 1, 2));
        var signature = SignatureBuilder.Build(Schema(ModelTask.Regression, "y", old), old, [0, 1]);
        var changed = Table(
            Numbers("code", 2, 3), Text("size", "7.5", "large"), new TimestampColumn("flag", [0, 0]),
            Numbers("y", 1, 2));

        var columns = SignatureEncoder.Encode(signature, changed).Columns;

        Assert.Equal([1, 2], columns[0]); // the category "2", and any other
        Assert.Equal([7.5f, float.NaN], columns[1]);
        Assert.Equal([float.NaN, float.NaN], columns[2]);
        Assert.Equal([float.NaN, float.NaN], columns[3]);
    }

    [Fact]
    public void A_row_encoded_value_by_value_equals_its_table_row()
    {
        var ticks = new DateTime(2025, 3, 9, 7, 45, 0, DateTimeKind.Utc).Ticks;
        var table = Table(
            Text("colour", "red", "größe", "red"), Numbers("size", 1.25f, float.MaxValue, float.NaN),
            Flags("flag", 1, 0, float.NaN),
            new TimestampColumn("at", [ticks, TimestampColumn.Missing, ticks]), Text("code", "7", "94107123", "0.1"),
            Numbers("y", 1, 2, 3));
        var signature = SignatureBuilder.Build(Schema(ModelTask.Regression, "y", table), table, Rows(table));
        var encoder = new RowEncoder(signature);
        var expected = SignatureEncoder.Encode(signature, table);

        var rows = new[]
        {
            Encode(("colour", "red"), ("size", 1.25), ("flag", true), ("at", ticks), ("code", 7.0)),
            Encode(("colour", "größe"), ("size", 1e300), ("flag", false), ("code", 94107123.0)),
            Encode(("colour", "red"), ("at", ticks), ("code", 0.1)),
        };

        for (var row = 0; row < rows.Length; row++)
        {
            var slots = new float[encoder.SlotCount];
            expected.CopyRow(row, slots);
            Assert.Equal(slots, rows[row]);
        }

        float[] Encode(params (string Feature, object Value)[] values)
        {
            var slots = new float[encoder.SlotCount];
            slots.AsSpan().Fill(float.NaN);
            foreach (var (name, value) in values)
            {
                var feature = encoder.FeatureIndex(System.Text.Encoding.UTF8.GetBytes(name));
                Assert.True(value switch
                {
                    string text => encoder.SetText(slots, feature, System.Text.Encoding.UTF8.GetBytes(text)),
                    bool flag => encoder.SetBoolean(slots, feature, flag),
                    long moment => encoder.SetTimestamp(slots, feature, moment),
                    _ => encoder.SetNumber(slots, feature, (double)value),
                });
            }

            return slots;
        }
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_refused_and_sets_nothing()
    {
        var table = Table(Text("colour", "red"), Numbers("size", 1), new TimestampColumn("at", [0]), Numbers("y", 1));
        var encoder = new RowEncoder(SignatureBuilder.Build(Schema(ModelTask.Regression, "y", table), table, [0]));
        float[] slots = [.. Enumerable.Repeat(float.NaN, encoder.SlotCount)];

        Assert.Equal(-1, encoder.FeatureIndex("colours"u8));
        Assert.False(encoder.SetText(slots, 1, "red"u8));
        Assert.False(encoder.SetTimestamp(slots, 0, 1));
        Assert.False(encoder.SetNumber(slots, 2, 1));
        Assert.False(encoder.SetBoolean(slots, 2, true));
        Assert.All(slots, s => Assert.Equal(float.NaN, s));

        Assert.True(encoder.SetText(slots, 0, "mauve"u8));
        Assert.Equal(1, slots[0]); // any other
        encoder.SetMissing(slots, 0);
        Assert.Equal(float.NaN, slots[0]);
    }

    [Fact]
    public void Encoding_a_row_and_scoring_it_allocates_nothing()
    {
        var table = Table(Text("colour", "red", "blue"), Numbers("size", 1, 2), Numbers("y", 1, 2));
        var signature = SignatureBuilder.Build(Schema(ModelTask.Regression, "y", table), table, [0, 1]);
        var encoder = new RowEncoder(signature);
        Scorer[] scorers = [
            .. Synthetic.Trainers.Select(t => Synthetic.Train(t.Name, Data(signature, table), Data(signature, table)))];
        var (slots, outputs) = (new float[2], new double[1]);
        Score();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Score();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Score()
        {
            encoder.SetText(slots, encoder.FeatureIndex("colour"u8), "blue"u8);
            encoder.SetNumber(slots, encoder.FeatureIndex("size"u8), 12.5);
            encoder.SetNumber(slots, encoder.FeatureIndex("colour"u8), 12.5);
            foreach (var scorer in scorers) scorer.Score(slots, outputs);
        }
    }

    internal static Table Table(params Column[] columns) => new(columns, columns[0].Count, new ulong[columns[0].Count]);

    internal static DatasetSchema Schema(ModelTask task, string label, Table table) => new()
    {
        Task = task,
        Label = label,
        Columns = [.. table.Columns.Select(c => new ColumnSchema
        {
            Name = c.Name,
            Type = c.Type,
            Role = c.Name == label ? ColumnRole.Label : ColumnRole.Feature,
        })],
    };

    internal static TrainingData Data(Signature signature, Table table) => new(
        signature.Task, SignatureEncoder.Encode(signature, table),
        SignatureEncoder.EncodeLabels(signature, table).Values, signature.Classes.Count);

    internal static int[] Rows(Table table) => [.. Enumerable.Range(0, table.RowCount)];

    internal static NumericColumn Numbers(string name, params float[] values) => new(name, values);

    internal static CategoricalColumn Text(string name, params string?[] values)
    {
        string[] distinct = [.. values.OfType<string>().Distinct()];
        return new CategoricalColumn(
            name, [.. values.Select(v => v is null ? -1 : Array.IndexOf(distinct, v))], distinct);
    }

    private static NumericColumn Flags(string name, params float[] values) => new(name, values, isBoolean: true);
}
