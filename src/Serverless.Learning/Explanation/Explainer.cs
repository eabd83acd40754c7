using Serverless.Learning.Binning;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Linear;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Learning.Explanation;

/// <summary>
/// Computes each feature's contribution to a prediction, on the raw scale before link and calibration: the value itself
/// for a regression by squared error, the log-odds of the second class for a binary model, and one score per class,
/// before softmax, for multiclass. Exact for the trainers of this project; see <see cref="TreeShap"/> and
/// <see cref="LinearAttribution"/>. Safe to use from many threads.
/// </summary>
public sealed class Explainer
{
    private readonly SlotAttribution _attribution;
    private readonly int[] _featureOfSlot;

    private Explainer(SlotAttribution attribution, Signature signature)
    {
        _attribution = attribution;
        FeatureCount = signature.Features.Count;
        _featureOfSlot = [.. signature.Slots.Select(s => s.Feature)];
    }

    public int FeatureCount { get; }

    /// <summary>The scorer's number of outputs.</summary>
    public int OutputCount => _attribution.Base.Length;

    /// <summary>The mean raw prediction over the training rows; one per output.</summary>
    public ReadOnlySpan<double> Base => _attribution.Base;

    /// <returns>Null if the trainer's models cannot be explained exactly.</returns>
    public static Explainer? For(LoadedModel model) =>
        model.Scorer.Attribution(model.Signature.Task) is { } attribution
            ? new Explainer(attribution, model.Signature)
            : null;

    /// <param name="slots">One row, as <see cref="Scorer.Score"/> takes it.</param>
    /// <returns>
    /// Feature by feature, one per output. With <see cref="Base"/> they add up to the raw prediction, within rounding.
    /// A feature of several slots has the sum of theirs.
    /// </returns>
    public double[] Explain(ReadOnlySpan<float> slots)
    {
        var bySlot = new double[_featureOfSlot.Length * OutputCount];
        _attribution.AddTo(slots, bySlot);
        var byFeature = new double[FeatureCount * OutputCount];
        for (var i = 0; i < bySlot.Length; i++)
        {
            byFeature[(_featureOfSlot[i / OutputCount] * OutputCount) + (i % OutputCount)] += bySlot[i];
        }

        return byFeature;
    }
}
