namespace Serverless.Learning.Trainers.Trees;

/// <summary>How a tree may grow.</summary>
/// <param name="MaxLeaves">From 2.</param>
/// <param name="MinRows">Rows in a leaf, from 1.</param>
/// <param name="MinHessian">Sum of hessians in a leaf.</param>
/// <param name="Lambda">L2 penalty on leaf values, above 0.</param>
/// <param name="CategorySmoothing">Hessian's worth of the whole leaf that each category is mixed with before categories are put in order.</param>
internal sealed record TreeSettings(
    int MaxLeaves, int MinRows, double MinHessian, double Lambda, double CategorySmoothing, double LearningRate)
{
    /// <summary>Whether leaves near the root are split first; otherwise those that gain most.</summary>
    public bool DepthWise { get; init; }

    /// <summary>Nodes on the longest way to a leaf, at most.</summary>
    public int MaxDepth { get; init; } = int.MaxValue;

    /// <summary>For each slot 1 where predictions may not fall as its values rise, −1 where they may not rise, or 0; empty: all 0.</summary>
    public int[] Monotone { get; init; } = [];
}
