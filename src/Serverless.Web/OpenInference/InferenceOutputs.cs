namespace Serverless.Web.OpenInference;

/// <summary>Which tensors an answer holds.</summary>
[Flags]
internal enum InferenceOutputs
{
    None = 0,

    /// <summary>The value of a regression, the label of a classification.</summary>
    Prediction = 1,

    /// <summary>One for each class; a regression has none.</summary>
    Probabilities = 2,

    /// <summary>The predictions' ids, by which feedback tells what became true.</summary>
    Ids = 4,
}
