using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Core.Registry;

/// <summary>
/// How a shadow's answers differ from the champion's on the same rows. Holds sums only, so sketches merge by addition.
/// </summary>
/// <param name="Other">Classification: number of rows with another label.</param>
/// <param name="Distance">
/// Sum of the absolute differences of values or probabilities; for several classes, of the total variation distance.
/// </param>
/// <param name="Champion">Regression and binary: sum of the champion's outputs; the others likewise.</param>
/// <param name="Labels">Classification: rows per pair of labels that differ.</param>
public sealed record DisagreementSketch(
    long Rows,
    long Other,
    double Distance,
    double Champion,
    double Challenger,
    double ChampionSquares,
    double ChallengerSquares,
    double Products,
    IReadOnlyList<LabelPair> Labels);

public sealed record LabelPair(string Champion, string Challenger, long Rows);

/// <summary>Accumulates disagreement. Not thread-safe.</summary>
internal sealed class Disagreement
{
    /// <summary>
    /// Max pairs of labels counted separately; models with hundreds of classes have tens of thousands.
    /// </summary>
    private const int MaxPairs = 200;

    private readonly Dictionary<(string Champion, string Challenger), long> _pairs = [];
    private long _rows;
    private long _other;
    private double _distance;
    private (double A, double B, double AA, double BB, double AB) _sums;

    /// <summary>Adds one row's outputs, each in the class order of its version.</summary>
    public void Add(
        Signature champion,
        ReadOnlySpan<double> championOutputs,
        Signature challenger,
        ReadOnlySpan<double> challengerOutputs)
    {
        _rows++;
        if (champion.Task == ModelTask.Multiclass)
        {
            _distance += TotalVariation(champion.Classes, championOutputs, challenger.Classes, challengerOutputs);
        }
        else
        {
            // The positive class is the rarer one, and may differ between versions.
            var isTurned = champion.Task == ModelTask.Binary && champion.Classes[1] != challenger.Classes[1];
            var (a, b) = (championOutputs[0], isTurned ? 1 - challengerOutputs[0] : challengerOutputs[0]);
            _distance += Math.Abs(a - b);
            _sums = (_sums.A + a, _sums.B + b, _sums.AA + (a * a), _sums.BB + (b * b), _sums.AB + (a * b));
        }

        if (champion.Task == ModelTask.Regression) return;
        var was = champion.Classes[PredictedClass.Of(champion.Task, championOutputs)];
        var becomes = challenger.Classes[PredictedClass.Of(challenger.Task, challengerOutputs)];
        if (was != becomes) AddPair(was, becomes, 1);
    }

    public void Add(DisagreementSketch sketch)
    {
        _rows += sketch.Rows;
        _distance += sketch.Distance;
        _sums = (
            _sums.A + sketch.Champion, _sums.B + sketch.Challenger, _sums.AA + sketch.ChampionSquares,
            _sums.BB + sketch.ChallengerSquares, _sums.AB + sketch.Products);
        foreach (var pair in sketch.Labels) AddPair(pair.Champion, pair.Challenger, pair.Rows);
    }

    public DisagreementSketch ToSketch() => new(
        _rows, _other, _distance, _sums.A, _sums.B, _sums.AA, _sums.BB, _sums.AB,
        [.. _pairs.OrderByDescending(p => p.Value).Select(
            p => new LabelPair(p.Key.Champion, p.Key.Challenger, p.Value))]);

    /// <param name="task">The task of both versions.</param>
    public DisagreementReport? ToReport(ModelTask task)
    {
        if (_rows == 0) return null;
        var isRegression = task == ModelTask.Regression;
        return new DisagreementReport(
            _rows,
            isRegression ? null : (double)_other / _rows,
            _distance / _rows,
            task == ModelTask.Multiclass ? null : Correlation(),
            isRegression ? (_sums.B - _sums.A) / _rows : null,
            [.. ToSketch().Labels.Take(10)]);
    }

    private void AddPair(string champion, string challenger, long rows)
    {
        _other += rows;
        var pair = (champion, challenger);
        if (_pairs.TryGetValue(pair, out var before)) _pairs[pair] = before + rows;
        else if (_pairs.Count < MaxPairs) _pairs[pair] = rows;
        else _pairs[("…", "…")] = _pairs.GetValueOrDefault(("…", "…")) + rows;
    }

    private static double TotalVariation(
        IReadOnlyList<string> classes,
        ReadOnlySpan<double> outputs,
        IReadOnlyList<string> otherClasses,
        ReadOnlySpan<double> others)
    {
        var sum = 0.0;
        for (var c = 0; c < otherClasses.Count; c++) sum += others[c];
        for (var c = 0; c < classes.Count; c++)
        {
            var k = c < otherClasses.Count && otherClasses[c] == classes[c] ? c : IndexOf(otherClasses, classes[c]);
            // A class known to only one version has probability 0 in the other.
            sum += k < 0 ? outputs[c] : Math.Abs(outputs[c] - others[k]) - others[k];
        }

        return sum / 2;
    }

    private static int IndexOf(IReadOnlyList<string> classes, string name)
    {
        for (var c = 0; c < classes.Count; c++)
        {
            if (classes[c] == name) return c;
        }

        return -1;
    }

    /// <summary>Pearson's correlation; null if one side is constant.</summary>
    private double? Correlation()
    {
        var (a, b) = (_sums.A / _rows, _sums.B / _rows);
        var (varianceA, varianceB) = ((_sums.AA / _rows) - (a * a), (_sums.BB / _rows) - (b * b));
        var product = varianceA * varianceB;
        return varianceA > 0 && varianceB > 0
            ? Math.Clamp(((_sums.AB / _rows) - (a * b)) / Math.Sqrt(product), -1, 1)
            : null;
    }
}

/// <summary>A shadow's disagreement with the champion, per row.</summary>
/// <param name="OtherLabel">Classification: share of rows with another label.</param>
/// <param name="MeanDifference">
/// Mean absolute difference of the value (in units of the label) or the probability; for several classes, the mean
/// total variation distance.
/// </param>
/// <param name="Correlation">Of values or probabilities; null for several classes.</param>
/// <param name="Shift">Regression: mean of challenger − champion.</param>
/// <param name="Labels">The most frequent pairs of labels that differ.</param>
public sealed record DisagreementReport(
    long Rows,
    double? OtherLabel,
    double MeanDifference,
    double? Correlation,
    double? Shift,
    IReadOnlyList<LabelPair> Labels);
