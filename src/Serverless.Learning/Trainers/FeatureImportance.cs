namespace Serverless.Learning.Trainers;

/// <param name="Share">Of all features' importance, 0 to 1; they add up to 1, or are all 0.</param>
public sealed record FeatureImportance(string Feature, double Share);
