namespace Serverless.Learning.Trainers;

/// <param name="Share">Share of all features' importance, 0 to 1; shares add up to 1, or are all 0.</param>
public sealed record FeatureImportance(string Feature, double Share);
