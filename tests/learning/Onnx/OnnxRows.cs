using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Tables;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Tests.Onnx;

/// <summary>The same rows twice: as inputs of an ONNX graph and as our slots, encoded independently.</summary>
internal sealed class OnnxRows
{
    private readonly Signature _signature;
    private readonly RowEncoder _encoder;

    public OnnxRows(Signature signature)
    {
        (_signature, _encoder) = (signature, new RowEncoder(signature));
        Columns = [.. signature.Features.Select(f => f.Type is ColumnType.Categorical or ColumnType.Text
            ? new OnnxColumn(f.Name, null, [], IsDouble: false)
            : new OnnxColumn(f.Name, [], null, f.Type == ColumnType.Timestamp))];
    }

    public OnnxColumn[] Columns { get; }

    public List<float[]> Slots { get; } = [];

    /// <param name="values">
    /// One per feature: null for missing, a string, a number, a boolean or a UTC timestamp.
    /// </param>
    public void Add(IReadOnlyList<object?> values)
    {
        var slots = _encoder.EmptyRow.ToArray();
        for (var i = 0; i < values.Count; i++)
        {
            var set = values[i] switch
            {
                null => true,
                string text => _encoder.SetText(slots, i, Encoding.UTF8.GetBytes(text)),
                bool truth => _encoder.SetBoolean(slots, i, truth),
                DateTime moment => _encoder.SetTimestamp(slots, i, moment.Ticks),
                var number => _encoder.SetNumber(slots, i, Convert.ToDouble(number)),
            };
            Assert.True(set, $"{_signature.Features[i].Name} does not take {values[i]}.");
            var words = values[i] as string ?? "";
            if (_signature.Features[i].Type == ColumnType.Text) words = WordText.Normalize(words);
            Columns[i].Texts?.Add(words);
            Columns[i].Numbers?.Add(values[i] switch
            {
                null => double.NaN,
                bool truth => truth ? 1 : 0,
                DateTime moment => (moment - DateTime.UnixEpoch).TotalSeconds,
                var number => Convert.ToDouble(number),
            });
        }

        Slots.Add(slots);
    }

    public void Add(Table table)
    {
        Column[] columns = [.. _signature.Features.Select(f => table.Find(f.Name)!)];
        for (var row = 0; row < table.RowCount; row++) Add([.. columns.Select(c => Value(c, row))]);
    }

    /// <summary>
    /// Rows that no file has: everything missing; and the first row with one feature changed to missing, an unknown
    /// category, a spelling of missing, or a number beyond the range of float.
    /// </summary>
    public void AddHostile(Table table)
    {
        object?[] first = [.. _signature.Features.Select(f => Value(table.Find(f.Name)!, 0))];
        Add(new object?[first.Length]);
        foreach (var (i, feature) in _signature.Features.Index())
        {
            foreach (var value in Hostile(feature)) Add([.. first.Select((v, f) => f == i ? value : v)]);
        }
    }

    private static object?[] Hostile(SignatureFeature feature) => feature.Type switch
    {
        ColumnType.Categorical => [null, "no such category", " ", .. feature.Categories],
        ColumnType.Text =>
            [null, "", "?!", "no such word", string.Join(" ", feature.Text!.Terms), .. feature.Text.Terms.Take(100)],
        ColumnType.Boolean => [null, true, false],
        ColumnType.Timestamp =>
            [null, new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc),
                new DateTime(1900, 3, 1, 0, 0, 0, DateTimeKind.Utc)],
        _ => [null, 0f, -0f, float.Epsilon, -1e30f, 1e30f, -1e300, 1e300],
    };

    private static object? Value(Column column, int row) => column switch
    {
        NumericColumn n when float.IsNaN(n.Values[row]) => null,
        NumericColumn { Type: ColumnType.Boolean } n => n.Values[row] != 0,
        NumericColumn n => n.Values[row],
        CategoricalColumn c => c.Codes[row] < 0 ? null : c.Values[c.Codes[row]],
        TimestampColumn t =>
            t.Ticks[row] == TimestampColumn.Missing ? null : new DateTime(t.Ticks[row], DateTimeKind.Utc),
        _ => throw new InvalidOperationException($"Unknown column {column.GetType()}."),
    };
}
