using System.Globalization;
using Serverless.Csv.Values;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Features;

/// <summary>
/// Encodes the values of one prediction into slots, as <see cref="SignatureEncoder"/> encodes tables, without
/// allocation. Start from <see cref="EmptyRow"/>: a value not set is missing. Safe to use from many threads.
/// </summary>
public sealed class RowEncoder
{
    private readonly SignatureFeature[] _features;
    private readonly int[] _firstSlots;
    private readonly Utf8Index _featureIndex;
    private readonly Utf8Index[] _categoryIndex;
    private readonly TextEncoder?[] _texts;
    private readonly float[] _emptyRow;

    public RowEncoder(Signature signature)
    {
        _features = [.. signature.Features];
        SlotCount = signature.Slots.Count;
        _firstSlots = new int[_features.Length];
        for (var slot = SlotCount - 1; slot >= 0; slot--) _firstSlots[signature.Slots[slot].Feature] = slot;
        _featureIndex = new Utf8Index([.. _features.Select(f => f.Name)]);
        _categoryIndex = [.. _features.Select(f => new Utf8Index(f.Categories))];
        _texts = [.. _features.Select(f => f.Text is { } text ? new TextEncoder(text) : null)];
        _emptyRow = new float[SlotCount];
        for (var f = 0; f < _features.Length; f++) SlotValues.WriteMissing(_features[f], SlotsOf(_emptyRow, f));
    }

    /// <summary>Slots of a row in which every value is missing.</summary>
    public ReadOnlySpan<float> EmptyRow => _emptyRow;

    /// <summary>Length of the slots span that the other methods write to.</summary>
    public int SlotCount { get; }

    /// <summary>Index of a feature; −1 if the signature does not have it.</summary>
    public int FeatureIndex(ReadOnlySpan<byte> utf8Name) => _featureIndex.Find(utf8Name);

    public ColumnType TypeOf(int feature) => _features[feature].Type;

    /// <summary>The feature's slot, the first one for a timestamp or a text: NaN where the value is missing.</summary>
    public int FirstSlot(int feature) => _firstSlots[feature];

    public void SetMissing(Span<float> slots, int feature) =>
        SlotValues.WriteMissing(_features[feature], SlotsOf(slots, feature));

    /// <summary>
    /// Sets a number; for a category or a text, what is so written (1 is the category "1"). NaN is missing.
    /// </summary>
    /// <returns>False, with nothing set, if the feature is a timestamp.</returns>
    public bool SetNumber(Span<float> slots, int feature, double value)
    {
        switch (_features[feature].Type)
        {
            case ColumnType.Timestamp:
                return false;
            case ColumnType.Categorical or ColumnType.Text when double.IsNaN(value):
                SetMissing(slots, feature);
                return true;
            case ColumnType.Categorical or ColumnType.Text:
                Span<byte> text = stackalloc byte[32];
                (value + 0.0).TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
                return SetText(slots, feature, text[..length]);
            default:
                slots[_firstSlots[feature]] = Utf8NumberParser.ToFloat(value);
                return true;
        }
    }

    /// <summary>Sets a category, of which an unknown one counts as 'any other', or a text.</summary>
    /// <returns>False, with nothing set, if the feature is neither categorical nor a text.</returns>
    public bool SetText(Span<float> slots, int feature, ReadOnlySpan<byte> utf8)
    {
        if (_texts[feature] is { } text)
        {
            text.Write(utf8, SlotsOf(slots, feature));
            return true;
        }

        if (_features[feature].Type != ColumnType.Categorical) return false;
        var index = _categoryIndex[feature].Find(utf8);
        slots[_firstSlots[feature]] = index >= 0 ? index : _features[feature].OtherCategory;
        return true;
    }

    /// <returns>False, with nothing set, if the feature is a timestamp.</returns>
    public bool SetBoolean(Span<float> slots, int feature, bool value)
    {
        if (_features[feature].Type == ColumnType.Timestamp) return false;
        if (_features[feature].Type is ColumnType.Categorical or ColumnType.Text)
        {
            return SetText(slots, feature, value ? "true"u8 : "false"u8);
        }

        slots[_firstSlots[feature]] = SlotValues.FromBoolean(value);
        return true;
    }

    /// <param name="ticks">UTC, as <see cref="DateTime.Ticks"/>.</param>
    /// <returns>False, with nothing set, if the feature is not a timestamp.</returns>
    public bool SetTimestamp(Span<float> slots, int feature, long ticks)
    {
        if (_features[feature].Type != ColumnType.Timestamp) return false;
        CalendarParts.Write(ticks, slots.Slice(_firstSlots[feature], CalendarParts.Names.Count));
        return true;
    }

    private Span<float> SlotsOf(Span<float> row, int feature)
    {
        var end = feature + 1 < _firstSlots.Length ? _firstSlots[feature + 1] : SlotCount;
        return row[_firstSlots[feature]..end];
    }
}
