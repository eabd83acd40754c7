using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

public enum RowFieldKind { Number, Boolean, Timestamp, Text, Id, Ignored }

/// <param name="Feature">Index of the feature; −1 for an ignored field.</param>
/// <param name="Slot">The first slot of the feature.</param>
/// <param name="Values">The allowed values, if model.json lists them.</param>
public sealed record RowField(RowFieldKind Kind, int Feature, int Slot, NumericRange? Range, Utf8Index? Values);

/// <summary>The fields allowed in a model's row, looked up by name and fastest in their usual order.</summary>
public sealed class RowFields
{
    private readonly Utf8Index _names;
    private readonly byte[][] _quoted;
    private readonly RowField[] _fields;

    // The field that last followed each one. Races are harmless: a wrong guess only costs a look-up.
    private readonly int[] _next;

    internal RowFields(Signature signature, RowEncoder encoder)
    {
        var fields = new Dictionary<string, RowField>();
        var required = new List<int>();
        for (var f = 0; f < signature.Features.Count; f++)
        {
            var feature = signature.Features[f];
            var values = feature.Values is null ? null : new Utf8Index([.. feature.Values.Distinct()]);
            if (feature.Required) required.Add(encoder.FirstSlot(f));
            fields[feature.Name] = new RowField(KindOf(feature.Type), f, encoder.FirstSlot(f), feature.Range, values);
        }

        if (signature.Id is { } id) fields.TryAdd(id, new RowField(RowFieldKind.Id, -1, -1, null, null));
        foreach (var name in (string[])[signature.Label, .. signature.Ignored])
        {
            fields.TryAdd(name, new RowField(RowFieldKind.Ignored, -1, -1, null, null));
        }

        _names = new Utf8Index([.. fields.Keys]);
        _quoted = [.. fields.Keys.Select(JsonText.Quote)];
        _fields = [.. fields.Values];
        _next = [.. Enumerable.Range(0, _fields.Length), 0];
        RequiredSlots = [.. required];
    }

    /// <summary>Slots of required features: NaN means that the feature is missing.</summary>
    internal int[] RequiredSlots { get; }

    public RowField this[int field] => _fields[field];

    /// <returns>−1 for an unknown name.</returns>
    public int Find(string name) => _names.Find(Encoding.UTF8.GetBytes(name));

    /// <summary>Reads a name, with <paramref name="at"/> on its opening quote.</summary>
    /// <param name="previous">The preceding field; −1 at the start of a row.</param>
    /// <returns>The field; −1 if unknown or written with escapes.</returns>
    internal int Read(ReadOnlySpan<byte> text, ref int at, int previous)
    {
        var guess = _next[previous + 1];
        if (text[at..].StartsWith(_quoted[guess]))
        {
            at += _quoted[guess].Length;
            return guess;
        }

        if (!JsonScan.TryText(text, ref at, out var written)) return -1;
        var field = _names.Find(written);
        if (field >= 0) _next[previous + 1] = field;
        return field;
    }

    private static RowFieldKind KindOf(ColumnType type) => type switch
    {
        ColumnType.Numeric => RowFieldKind.Number,
        ColumnType.Boolean => RowFieldKind.Boolean,
        ColumnType.Timestamp => RowFieldKind.Timestamp,
        ColumnType.Categorical or ColumnType.Text => RowFieldKind.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
