namespace Serverless.Learning.Trainers.Trees;

/// <summary>Limits and penalties of a tree.</summary>
/// <param name="MaxLeaves">From 2.</param>
/// <param name="MinRows">Min rows in a leaf, from 1.</param>
/// <param name="MinHessian">Min sum of hessians in a leaf.</param>
/// <param name="Lambda">L2 penalty on leaf values, above 0.</param>
/// <param name="CategorySmoothing">
/// Weight, as a sum of hessians, of the leaf's mean that each category is shrunk towards before categories are ordered.
/// </param>
internal sealed record TreeSettings(
    int MaxLeaves, int MinRows, double MinHessian, double Lambda, double CategorySmoothing, double LearningRate)
{
    /// <summary>Whether leaves near the root are split first; otherwise the largest gain first.</summary>
    public bool DepthWise { get; init; }

    /// <summary>Max nodes on a path to a leaf.</summary>
    public int MaxDepth { get; init; } = int.MaxValue;

    /// <summary>
    /// Per slot: 1 if predictions must not fall as its values rise, −1 if they must not rise, otherwise 0; empty for
    /// all 0.
    /// </summary>
    public int[] Monotone { get; init; } = [];
}
