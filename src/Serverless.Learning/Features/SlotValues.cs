using System.Globalization;
using System.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;
using Serverless.Learning.Texts;

namespace Serverless.Learning.Features;

/// <summary>
/// Converts single values to slots, for training and serving alike, so that a value means the same to both.
/// </summary>
public static class SlotValues
{
    /// <summary>The value of a text; NaN if it does not parse as the type.</summary>
    public static float FromText(string text, ColumnType type)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (type == ColumnType.Boolean)
        {
            return BooleanText.TryParse(utf8, out var truth) ? FromBoolean(truth) : float.NaN;
        }

        return Utf8NumberParser.TryParse(utf8, out var number) ? Utf8NumberParser.ToFloat(number) : float.NaN;
    }

    /// <summary>The slot of a missing value.</summary>
    public static float Missing(SignatureFeature feature) =>
        feature.MissingIsFalse ? FromBoolean(false) : float.NaN;

    /// <summary>All slots of a missing value.</summary>
    /// <param name="slots">Those of the feature.</param>
    public static void WriteMissing(SignatureFeature feature, Span<float> slots)
    {
        if (feature.Type == ColumnType.Text) TextEncoder.WriteMissing(slots);
        else slots.Fill(Missing(feature));
    }

    public static float FromBoolean(bool value) => value ? 1 : 0;

    /// <summary>The category or class name of a number: the shortest text that reads back as the same float.</summary>
    public static string ToText(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string ToText(bool value) => value ? "true" : "false";

    /// <summary>A column as texts, for a categorical feature or a class label; null for timestamps.</summary>
    public static CategoricalColumn? AsCategories(Column column)
    {
        if (column is CategoricalColumn categorical) return categorical;
        if (column is not NumericColumn numeric) return null;

        var (codes, texts, codeOf) = (new int[numeric.Count], new List<string>(), new Dictionary<float, int>());
        for (var row = 0; row < codes.Length; row++)
        {
            var value = numeric.Values[row] + 0f; // −0 is 0
            if (float.IsNaN(value))
            {
                codes[row] = -1;
                continue;
            }

            if (!codeOf.TryGetValue(value, out var code))
            {
                codeOf.Add(value, code = texts.Count);
                texts.Add(column.Type == ColumnType.Boolean ? ToText(value != 0) : ToText(value));
            }

            codes[row] = code;
        }

        return new CategoricalColumn(column.Name, codes, texts);
    }
}
