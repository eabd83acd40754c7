using Serverless.Learning.Texts;

namespace Serverless.Learning.Onnx;

/// <summary>
/// A text's slots from its words. ONNX has no operator that cuts text at punctuation or lowers the case of one text
/// per row, so the graph takes the words as <see cref="WordText"/> writes them. Every number but the last division is
/// whole, so that the slots are ours to the bit.
/// </summary>
internal static class OnnxText
{
    public const string Description =
        "The words of a text in lower case, with one blank between them and nothing else: blanks, punctuation and "
        + "symbols become one blank, none at the ends. Empty where the text is missing.";

    /// <param name="input">Texts of shape [N, 1].</param>
    /// <returns>The slots in their order, each of shape [N, 1].</returns>
    public static OnnxValue[] Slots(TextEncoding encoding, OnnxValue input)
    {
        var graph = input.Graph;
        var isMissing = graph.Add("Equal", [input, graph.Constant([""])]);
        var missing = graph.Constant(double.NaN);
        if (encoding.Terms.Count == 0) return [Known(graph.Constant(0))];

        var order = Order(encoding);
        var isThere = Counts(encoding, order, input).Cast(OnnxType.Double).Clip(0, 1);
        var weights = isThere * graph.Constant([.. order.Select(t => (double)encoding.Idf[t])], 1, order.Length);
        var length = graph.Add("Sqrt", [Sum(weights * weights).Clip(1, double.MaxValue)]);
        var scores = encoding.Scores.Count;
        var ofTerms = order.SelectMany(t => encoding.Weights.Skip(t * scores).Take(scores)).Select(w => (double)w);
        var sums = graph.Add("MatMul", [weights, graph.Constant([.. ofTerms], order.Length, scores)]);
        var all = (sums / length / TextEncoding.WeightScale).Cast(OnnxType.Float);
        return [Known(Sum(isThere)), .. Enumerable.Range(0, scores).Select(
            s => graph.Add("Gather", [all, graph.Constant([(long)s])], OnnxAttribute.Of("axis", 1)))];

        OnnxValue Known(OnnxValue count) => graph.Add("Where", [isMissing, missing, count]).Cast(OnnxType.Float);

        OnnxValue Sum(OnnxValue values) =>
            graph.Add("ReduceSum", [values, graph.Constant([1L])], OnnxAttribute.Of("keepdims", 1));
    }

    /// <summary>Indices of the terms, words before pairs, as the operator wants them.</summary>
    private static int[] Order(TextEncoding encoding) =>
        [.. Enumerable.Range(0, encoding.Terms.Count).OrderBy(t => IsPair(encoding.Terms[t]))];

    private static bool IsPair(string term) => term.Contains(' ', StringComparison.Ordinal);

    /// <summary>How often each term is in each text.</summary>
    private static OnnxValue Counts(TextEncoding encoding, int[] order, OnnxValue input)
    {
        // One blank more: the operator refuses rows of which none has a word. What follows it is an empty word.
        var graph = input.Graph;
        var padded = graph.Add("StringConcat", [input.Squeeze(), graph.Constant([" "])]);
        var words = graph.AddFirstOfTwo("StringSplit", padded, OnnxAttribute.Of("delimiter", " "));
        string[] pool = [.. order.SelectMany(t => encoding.Terms[t].Split(' '))];
        var single = order.Count(t => !IsPair(encoding.Terms[t]));
        return graph.Add(
            "TfIdfVectorizer",
            [words],
            OnnxAttribute.Of("mode", "TF"),
            OnnxAttribute.Of("min_gram_length", 1),
            OnnxAttribute.Of("max_gram_length", 2),
            OnnxAttribute.Of("max_skip_count", 0),
            OnnxAttribute.Of("ngram_counts", [0L, single]),
            OnnxAttribute.Of("ngram_indexes", Enumerable.Range(0, order.Length).Select(i => (long)i)),
            OnnxAttribute.Of("pool_strings", pool));
    }
}
