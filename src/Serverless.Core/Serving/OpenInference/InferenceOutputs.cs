namespace Serverless.Core.Serving.OpenInference;

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

/// <summary>What a request asks for besides its rows.</summary>
/// <param name="Id">To be given back: JSON with its quotes; null where the request has none.</param>
internal sealed record InferenceRequest(byte[]? Id, InferenceOutputs Outputs);
