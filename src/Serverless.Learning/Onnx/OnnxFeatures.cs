using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Learning.Onnx;

/// <summary>
/// The graph's inputs, one per feature and named like it, and the slots encoded from them as
/// <see cref="SignatureEncoder"/> and <see cref="RowEncoder"/> do.
/// </summary>
internal sealed class OnnxFeatures
{
    /// <summary>
    /// Code of a missing category; known ones are their index plus 1, any other is the cardinality plus 1.
    /// </summary>
    public const int MissingCode = 0;

    private static readonly string[] MissingTexts =
        ["", "?", .. Spellings("na"), .. Spellings("n/a"), .. Spellings("nan"), .. Spellings("null")];

    private readonly Signature _signature;
    private OnnxValue[]? _slots;

    public OnnxFeatures(OnnxGraph graph, Signature signature)
    {
        (Graph, _signature) = (graph, signature);
        Inputs = [.. signature.Features.Select(f => graph.Input(f.Name, TypeOf(f.Type), Describe(f.Type)))];
    }

    public OnnxGraph Graph { get; }

    public IReadOnlyList<OnnxValue> Inputs { get; }

    /// <summary>
    /// In the signature's order, each of shape [N, 1]: a number as a float, NaN if missing; a category's code as an
    /// integer. Encoded on first use, so that a model without slots has no encoding in its graph.
    /// </summary>
    public IReadOnlyList<OnnxValue> Slots =>
        _slots ??= [.. _signature.Features.SelectMany((f, i) => Encode(f, Inputs[i]))];

    /// <summary>Repeats the values for each row.</summary>
    public OnnxValue ForEachRow(double[] values)
    {
        // Expands one row to the input's shape [N, 1].
        var shape = Graph.Add("Shape", [Inputs[0]]);
        return Graph.Add("Expand", [Graph.Constant(values, 1, values.Length), shape]);
    }

    private static OnnxType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Categorical or ColumnType.Text => OnnxType.Text,
        ColumnType.Timestamp => OnnxType.Double,
        _ => OnnxType.Float,
    };

    private static string Describe(ColumnType type) => type switch
    {
        ColumnType.Categorical => "A category; empty where it is missing.",
        ColumnType.Timestamp => "Seconds since 1970-01-01T00:00:00Z, with a fraction; NaN where it is missing.",
        ColumnType.Text => OnnxText.Description,
        ColumnType.Boolean => "1 for true, 0 for false, NaN where it is missing.",
        _ => "A number; NaN where it is missing.",
    };

    private static OnnxValue[] Encode(SignatureFeature feature, OnnxValue input) => feature.Type switch
    {
        ColumnType.Categorical => [Code(feature, input)],
        ColumnType.Timestamp => [.. OnnxCalendar.Parts(input).Select(part => part.Cast(OnnxType.Float))],
        ColumnType.Text => OnnxText.Slots(feature.Text!, input),
        _ when feature.MissingIsFalse => [FalseWhereMissing(input)],
        _ => [input],
    };

    private static OnnxValue FalseWhereMissing(OnnxValue input) => input.Graph.Add(
        "Where", [input.Graph.Add("IsNaN", [input]), input.Graph.Constant(0).Cast(OnnxType.Float), input]);

    private static OnnxValue Code(SignatureFeature feature, OnnxValue input)
    {
        // Missing first: predictions treat these texts as missing whatever the categories are.
        var codes = new OrderedDictionary<string, long>();
        foreach (var text in MissingTexts) codes.Add(text, MissingCode);
        foreach (var (i, text) in feature.Categories.Index()) codes.TryAdd(text, i + 1);
        return input.Graph.AddMachineLearning(
            "LabelEncoder",
            input,
            OnnxAttribute.Of("keys_strings", codes.Keys),
            OnnxAttribute.Of("values_int64s", codes.Values),
            OnnxAttribute.Of("default_int64", feature.OtherCategory + 1));
    }

    /// <summary>All upper- and lower-case spellings of the word, as <see cref="MissingText"/> accepts them.</summary>
    private static IEnumerable<string> Spellings(string word)
    {
        IEnumerable<string> spellings = [""];
        foreach (var letter in word)
        {
            char[] cases = char.IsAsciiLetterLower(letter) ? [letter, char.ToUpperInvariant(letter)] : [letter];
            spellings = [.. spellings.SelectMany(s => cases.Select(c => s + c))];
        }

        return spellings;
    }
}
