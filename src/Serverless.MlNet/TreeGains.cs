using Microsoft.ML.Trainers.FastTree;

namespace Serverless.MlNet;

/// <summary>Slot importances of Microsoft.ML's tree models: total loss reduction of the splits on each slot.</summary>
internal static class TreeGains
{
    public static double[] Importance(Fitting fitting, TreeEnsemble<RegressionTree> ensemble) =>
        Sum(fitting, ensemble.Trees);

    public static double[] Importance(Fitting fitting, TreeEnsemble<QuantileRegressionTree> ensemble) =>
        Sum(fitting, ensemble.Trees);

    private static double[] Sum(Fitting fitting, IEnumerable<RegressionTreeBase> trees)
    {
        var gains = new double[fitting.Columns.Count];
        foreach (var tree in trees)
        {
            for (var node = 0; node < tree.NumberOfNodes; node++)
            {
                // All columns of a categorical split belong to the same slot.
                var column = tree.CategoricalSplitFlags[node]
                    ? tree.GetCategoricalSplitFeaturesAt(node)[0]
                    : tree.NumericalSplitFeatureIndexes[node];
                gains[column] += Math.Max(0, tree.SplitGains[node]);
            }
        }

        return fitting.Columns.BySlot(gains);
    }
}
