using Microsoft.ML;
using Microsoft.ML.Data;

namespace Serverless.MlNet;

/// <summary>
/// Turns scores into probabilities by a sigmoid of two parameters (Platt, 'Probabilistic outputs for support vector
/// machines', 1999).
/// </summary>
internal static class Calibration
{
    /// <summary>
    /// Fitted on the validation rows, where there are both classes: on rows that it learned from, a forest is too sure.
    /// </summary>
    public static ITransformer Append(Fitting fitting, ITransformer model)
    {
        var rows = fitting.Validation is { HasBothClasses: true } validation ? validation : fitting.Train;
        var calibrator = fitting.Ml.BinaryClassification.Calibrators.Platt(FeatureSchema.Label).Fit(model.Transform(rows));
        return new TransformerChain<ITransformer>(model, calibrator);
    }
}
