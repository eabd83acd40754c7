using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;

namespace Serverless.Core.Serving;

public enum RowFieldKind { Number, Boolean, Timestamp, Text, Id, Ignored }

/// <param name="Feature">Index of the feature; −1 for a field that the model does not look at.</param>
/// <param name="Slot">The first slot of the feature.</param>
/// <param name="Values">The allowed values, where model.json names them.</param>
public sealed record RowField(RowFieldKind Kind, int Feature, int Slot, NumericRange? Range, Utf8Index? Values);

/// <summary>
/// The fields that a row of a model may have, found by their names and quickest in the order in which they come.
/// </summary>
public sealed class RowFields
{
    private readonly Utf8Index _names;
    private readonly byte[][] _quoted;
    private readonly RowField[] _fields;

    // What came last time behind each field. Threads may overwrite one another here: a wrong guess costs a look-up.
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

    /// <summary>A row in which one of these is NaN lacks a required feature.</summary>
    internal int[] RequiredSlots { get; }

    public RowField this[int field] => _fields[field];

    /// <returns>−1 where it is none.</returns>
    public int Find(string name) => _names.Find(Encoding.UTF8.GetBytes(name));

    /// <summary>Reads a name, with <paramref name="at"/> on its first quote.</summary>
    /// <param name="previous">The field before it, −1 at the start of a row.</param>
    /// <returns>The field; −1 where it is none, or is written with escapes.</returns>
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
        ColumnType.Categorical => RowFieldKind.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
