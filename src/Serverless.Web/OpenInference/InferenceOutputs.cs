namespace Serverless.Web.OpenInference;

/// <summary>The tensors of an answer.</summary>
[Flags]
internal enum InferenceOutputs
{
    None = 0,

    /// <summary>The value of a regression, the label of a classification.</summary>
    Prediction = 1,

    /// <summary>The probability of each class; not for regression.</summary>
    Probabilities = 2,

    /// <summary>The ids of the predictions, for feedback.</summary>
    Ids = 4,
}
