using System.Text;
using System.Text.Json;
using Serverless.Csv.Text;
using Serverless.Learning.Features;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Serving;

/// <summary>
/// Finds values of a request that a version does not know: it scores them as any other category, which is often not
/// what the caller expects. Costs a comparison per categorical feature and row; only requests with such values
/// allocate.
/// </summary>
public sealed class KnownCategories
{
    private const int MaxExamples = 5;

    private readonly int _version;
    private readonly SignatureFeature[] _features;
    private readonly int[] _slots;
    private readonly float[] _others;

    internal KnownCategories(int version, Signature signature, RowEncoder encoder)
    {
        _version = version;
        var listed = signature.Features.Index().Where(f => f.Item.ListsAllCategories).ToList();
        _features = [.. listed.Select(f => f.Item)];
        _slots = [.. listed.Select(f => encoder.FirstSlot(f.Index))];
        _others = [.. listed.Select(f => (float)f.Item.OtherCategory)];
    }

    /// <summary>Whether any row has a value that the version does not know.</summary>
    public bool HaveUnknown(in AnsweredRows rows)
    {
        if (_slots.Length == 0) return false;
        for (var row = 0; row < rows.Count; row++)
        {
            var slots = rows[row].Slots;
            for (var f = 0; f < _slots.Length; f++)
            {
                if (slots[_slots[f]] == _others[f]) return true;
            }
        }

        return false;
    }

    /// <summary>One warning for each feature, with the number of rows and up to five of the values.</summary>
    public IReadOnlyList<Anomaly> FindUnknown(in AnsweredRows rows)
    {
        var found = new List<Anomaly>();
        for (var f = 0; f < _slots.Length; f++)
        {
            var count = 0L;
            var examples = new List<string>();
            for (var i = 0; i < rows.Count; i++)
            {
                var row = rows[i];
                if (row.Slots[_slots[f]] != _others[f]) continue;
                count++;
                if (examples.Count == MaxExamples) continue;
                var value = ValueOf(_features[f].Name, row.Source);
                if (!examples.Contains(value)) examples.Add(value);
            }

            if (count == 0) continue;
            found.Add(ProfileAnomalies.Unknown(_features[f].Name, Expected(_features[f], _version), examples) with
            {
                Count = count,
            });
        }

        return found;
    }

    internal static string Expected(SignatureFeature feature, int version) =>
        $"{(feature.Categories.Count == 0 ? "no value" : FieldText.List(feature.Categories, atMost: 5))}, as version "
        + $"{version} knows; it scores all others alike";

    /// <summary>The value of a field, as text.</summary>
    /// <param name="row">A valid JSON object of scalars.</param>
    private static string ValueOf(string name, ReadOnlySpan<byte> row)
    {
        var reader = new Utf8JsonReader(row);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var isName = reader.ValueTextEquals(name);
            reader.Read();
            if (!isName) continue;
            return reader.TokenType == JsonTokenType.String
                ? reader.GetString()!
                : Encoding.UTF8.GetString(reader.ValueSpan);
        }

        return "";
    }
}
