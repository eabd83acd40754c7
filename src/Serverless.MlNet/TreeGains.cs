using Microsoft.ML.Trainers.FastTree;

namespace Serverless.MlNet;

/// <summary>How much the splits on each slot made the loss smaller, added over the trees of a model of Microsoft.ML.</summary>
internal static class TreeGains
{
    public static double[] Importance(Fitting fitting, TreeEnsemble<RegressionTree> ensemble) => Sum(fitting, ensemble.Trees);

    public static double[] Importance(Fitting fitting, TreeEnsemble<QuantileRegressionTree> ensemble) => Sum(fitting, ensemble.Trees);

    private static double[] Sum(Fitting fitting, IEnumerable<RegressionTreeBase> trees)
    {
        var gains = new double[fitting.Columns.Count];
        foreach (var tree in trees)
        {
            for (var node = 0; node < tree.NumberOfNodes; node++)
            {
                // The columns of a split on categories all stand for the same slot.
                var column = tree.CategoricalSplitFlags[node]
                    ? tree.GetCategoricalSplitFeaturesAt(node)[0]
                    : tree.NumericalSplitFeatureIndexes[node];
                gains[column] += Math.Max(0, tree.SplitGains[node]);
            }
        }

        return fitting.Columns.BySlot(gains);
    }
}
