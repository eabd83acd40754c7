namespace Serverless.Training.Trees;

/// <summary>How a tree may grow.</summary>
/// <param name="MaxLeaves">From 2.</param>
/// <param name="MinRows">Rows in a leaf, from 1.</param>
/// <param name="MinHessian">Sum of hessians in a leaf.</param>
/// <param name="Lambda">L2 penalty on leaf values, above 0.</param>
/// <param name="CategorySmoothing">Hessian's worth of the whole leaf that each category is mixed with before categories are put in order.</param>
internal sealed record TreeSettings(
    int MaxLeaves, int MinRows, double MinHessian, double Lambda, double CategorySmoothing, double LearningRate);
