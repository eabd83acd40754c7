using Microsoft.ML;
using Microsoft.ML.Data;

namespace Serverless.MlNet;

/// <summary>
/// Calibrates scores to probabilities by a sigmoid of two parameters (Platt, 'Probabilistic outputs for support vector
/// machines', 1999).
/// </summary>
internal static class Calibration
{
    /// <summary>
    /// Fits on the validation rows if they have both classes: a forest is overconfident on its training rows.
    /// </summary>
    public static ITransformer Append(Fitting fitting, ITransformer model)
    {
        var rows = fitting.Validation is { HasBothClasses: true } validation ? validation : fitting.Train;
        var calibrator = fitting.Ml.BinaryClassification.Calibrators.Platt(FeatureSchema.Label)
            .Fit(model.Transform(rows));
        return new TransformerChain<ITransformer>(model, calibrator);
    }
}
