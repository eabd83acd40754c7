using Serverless.Learning.Trainers.Linear;

namespace Serverless.Learning.Onnx;

/// <summary>
/// A linear model's raw scores. Numbers are standardised and weighted in double precision: ai.onnx.ml's LinearRegressor
/// and LinearClassifier are single precision, which loses too much where weights cancel out. Categories look up their
/// weights.
/// </summary>
internal static class OnnxLinear
{
    /// <returns>Doubles of shape [N, raw scores].</returns>
    public static OnnxValue RawScores(OnnxFeatures features, LinearScorer scorer)
    {
        var (graph, design, outputs) = (features.Graph, scorer.Design, scorer.OutputCount);
        var raw = graph.Constant(scorer.Intercepts.ToArray(), 1, outputs);
        var numeric = new List<int>();
        for (var i = 0; i < features.Slots.Count; i++)
        {
            if (design.Slots[i].Cardinality == 0) numeric.Add(i);
            else
            {
                var rows = features.Slots[i].Squeeze();
                raw = graph.Add("Gather", [Lookup(graph, scorer, i), rows], OnnxAttribute.Of("axis", 0)) + raw;
            }
        }

        return numeric.Count == 0 ? raw : Numbers(features, scorer, numeric) + raw;
    }

    private static OnnxValue Numbers(OnnxFeatures features, LinearScorer scorer, List<int> slots)
    {
        var (graph, outputs) = (features.Graph, scorer.OutputCount);
        DesignSlot[] designs = [.. slots.Select(i => scorer.Design.Slots[i])];
        var values = graph.Concat([.. slots.Select(i => features.Slots[i])]).Cast(OnnxType.Double);
        var isMissing = graph.Add("IsNaN", [values]);

        // A number beyond the range of float reaches the graph as infinity; ours is the largest float.
        var standardised = (
            values.Clip(float.MinValue, float.MaxValue) - graph.Constant([.. designs.Select(d => d.Mean)]))
            / graph.Constant([.. designs.Select(d => d.Deviation)]);
        var known = graph.Add("Where", [isMissing, graph.Constant(0), standardised]);
        var raw = graph.Add("MatMul", [known,
            graph.Constant([.. designs.SelectMany(d => Weights(scorer, d.FirstColumn, 1))], slots.Count, outputs)]);
        if (designs.All(d => d.HasMissing == 0)) return raw;

        double[] missing = [.. designs.SelectMany(
            d => d.HasMissing == 1 ? Weights(scorer, d.FirstColumn + 1, 1) : new double[outputs])];
        return graph.Add(
            "MatMul", [isMissing.Cast(OnnxType.Double), graph.Constant(missing, slots.Count, outputs)]) + raw;
    }

    /// <summary>The weights of a category's slot by its code.</summary>
    private static OnnxValue Lookup(OnnxGraph graph, LinearScorer scorer, int slot)
    {
        var design = scorer.Design.Slots[slot];
        var categories = design.Cardinality + 1;
        var missing = design.HasMissing == 1
            ? Weights(scorer, design.FirstColumn + categories, 1)
            : new double[scorer.OutputCount];
        return graph.Constant(
            [.. missing, .. Weights(scorer, design.FirstColumn, categories)], categories + 1, scorer.OutputCount);
    }

    private static double[] Weights(LinearScorer scorer, int column, int columns) =>
        scorer.Weights.Slice(column * scorer.OutputCount, columns * scorer.OutputCount).ToArray();
}
