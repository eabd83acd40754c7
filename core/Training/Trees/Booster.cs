using System.Runtime.Intrinsics;

namespace Serverless.Training.Trees;

/// <summary>One training run: rounds of trees, each fitted to the gradients that those before it left.</summary>
internal sealed class Booster
{
    private readonly TrainingData _train;
    private readonly TrainingData _validation;
    private readonly BoostingSettings _settings;
    private readonly TrainingContext _context;
    private readonly Objective _objective;
    private readonly BinnedMatrix _data;
    private readonly TreeGrower _grower;
    private readonly double[] _baseScores;
    private readonly double[] _raw;
    private readonly double[] _validationRaw;
    private readonly double[] _gradients;
    private readonly Vector128<long>[] _pairs;
    private readonly int[] _allRows;
    private readonly int[] _allSlots;
    private readonly List<Tree> _trees = [];
    private readonly List<double[]> _slotGains = [];

    public Booster(TrainingData train, TrainingData validation, BoostingSettings settings, TrainingContext context)
    {
        (_train, _validation, _settings, _context) = (train, validation, settings, context);
        _objective = Objective.For(train.Task, train.ClassCount);
        _data = BinnedMatrix.Create(train.Features, settings.MaxBins, context.Threads);
        _grower = new TreeGrower(_data, settings.Tree, context.Threads);
        _baseScores = _objective.BaseScores(train.Labels);
        _raw = Tile(_baseScores, train.Labels.Length);
        _validationRaw = Tile(_baseScores, validation.Labels.Length);
        _gradients = new double[_raw.Length];
        _pairs = new Vector128<long>[train.Labels.Length];
        _allRows = [.. Enumerable.Range(0, train.Labels.Length)];
        _allSlots = [.. Enumerable.Range(0, _data.Columns.Length)];
    }

    /// <summary>Trains until a further round no longer helps the validation rows, or the last round is done.</summary>
    public TreeEnsemble Run()
    {
        var (bestLoss, bestRounds) = (ValidationLoss(), 0);
        for (var round = 0; round < _settings.Rounds; round++)
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            _context.Progress?.Report((double)round / _settings.Rounds);
            if (!AddRound(round)) break;

            var loss = ValidationLoss();
            if (!double.IsFinite(loss)) throw new TrainingDivergedException($"The validation loss became {loss} in round {round}.");
            if (_validation.Labels.Length == 0 || loss < bestLoss) (bestLoss, bestRounds) = (loss, round + 1);
            else if (round + 1 - bestRounds >= _settings.Patience) break;
        }

        _context.Progress?.Report(1);
        var importance = new double[_data.Columns.Length];
        foreach (var gains in _slotGains.Take(bestRounds))
        {
            for (var slot = 0; slot < gains.Length; slot++) importance[slot] += gains[slot];
        }

        Tree[] trees = [.. _trees.Take(bestRounds * _objective.Outputs)];
        return new TreeEnsemble(_train.Task, _baseScores, trees, importance);
    }

    /// <returns>False where no split was found and none will be, since every round looks at the same rows and slots.</returns>
    private bool AddRound(int round)
    {
        var outputs = _objective.Outputs;
        var (rows, slots) = Sample(round);
        FixedOrder.ForRows(_context.Threads, _train.Labels.Length, (from, to) => _objective.Gradients(
            _raw.AsSpan(from * outputs, (to - from) * outputs),
            _train.Labels.AsSpan(from, to - from),
            _gradients.AsSpan(from * outputs, (to - from) * outputs)));

        var gains = new double[_data.Columns.Length];
        var anySplit = false;
        for (var output = 0; output < outputs; output++)
        {
            var scale = Quantize(output);
            var tree = _grower.Grow(rows, _pairs, scale, slots, gains);
            anySplit |= tree.Nodes.Length > 0;
            if (rows.Length == _train.Labels.Length) _grower.AddTo(_raw, output, outputs, tree);
            else tree.AddTo(_raw, output, outputs, _train.Features, _context.Threads);
            tree.AddTo(_validationRaw, output, outputs, _validation.Features, _context.Threads);
            _trees.Add(tree);
        }

        _slotGains.Add(gains);
        return anySplit || _settings.Samples;
    }

    private GradientScale Quantize(int output)
    {
        var (labels, outputs) = (_train.Labels, _objective.Outputs);
        var (maxGradient, maxHessian) = (0.0, 0.0);
        for (var row = 0; row < labels.Length; row++)
        {
            var gradient = _gradients[(row * outputs) + output];
            maxGradient = Math.Max(maxGradient, Math.Abs(gradient));
            maxHessian = Math.Max(maxHessian, _objective.Hessian(gradient, labels[row], output));
        }

        var scale = new GradientScale(maxGradient, maxHessian, labels.Length);
        FixedOrder.ForRows(_context.Threads, labels.Length, (from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var gradient = _gradients[(row * outputs) + output];
                _pairs[row] = scale.Quantize(gradient, _objective.Hessian(gradient, labels[row], output));
            }
        });
        return scale;
    }

    /// <summary>The rows and slots of one round, both ascending; never none.</summary>
    private (int[] Rows, int[] Slots) Sample(int round)
    {
        var random = new SplitMix64(SplitMix64.Mix((ulong)_context.Seed) + (ulong)round);
        int[] Draw(int[] all, double share)
        {
            if (share >= 1 || all.Length == 0) return all;
            var drawn = Array.FindAll(all, _ => random.NextDouble() < share);
            return drawn.Length > 0 ? drawn : [random.NextInt32(all.Length)];
        }

        return (Draw(_allRows, _settings.RowShare), Draw(_allSlots, _settings.ColumnShare));
    }

    /// <summary>Per row; 0 where there are none.</summary>
    private double ValidationLoss()
    {
        var (labels, outputs) = (_validation.Labels, _objective.Outputs);
        if (labels.Length == 0) return 0;
        return FixedOrder.SumRows(_context.Threads, labels.Length, (from, to) => _objective.Loss(
            _validationRaw.AsSpan(from * outputs, (to - from) * outputs), labels.AsSpan(from, to - from))) / labels.Length;
    }

    private static double[] Tile(double[] values, int count)
    {
        var tiled = new double[checked(values.Length * count)];
        for (var i = 0; i < count; i++) values.CopyTo(tiled, i * values.Length);
        return tiled;
    }
}

/// <param name="Rounds">At most.</param>
/// <param name="Patience">Rounds without a better validation loss after which training stops.</param>
/// <param name="MaxBins">Bins for the values of a slot.</param>
/// <param name="RowShare">Share of the rows that each round draws, above 0 to 1.</param>
/// <param name="ColumnShare">Share of the slots that each round draws, above 0 to 1.</param>
internal sealed record BoostingSettings(
    int Rounds, int Patience, int MaxBins, double RowShare, double ColumnShare, TreeSettings Tree)
{
    public bool Samples => RowShare < 1 || ColumnShare < 1;
}
