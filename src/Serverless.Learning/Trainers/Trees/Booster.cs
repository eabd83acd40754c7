using System.Runtime.CompilerServices;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Objectives;

namespace Serverless.Learning.Trainers.Trees;

/// <summary>One training run: rounds of trees, each fitted to the gradients left by the trees before.</summary>
internal sealed class Booster : IDisposable
{
    private const int BlockRows = 4096;

    private readonly BoostingData _train;
    private readonly BoostingData _validation;
    private readonly ModelTask _task;
    private readonly BoostingSettings _settings;
    private readonly TrainingContext _context;
    private readonly Objective _objective;
    private readonly SpinWorkers _crew;
    private readonly TreeGrower _grower;
    private readonly GradientEntries _entries;
    private readonly LeafValues _leafValues;
    private readonly double[] _baseScores;
    private readonly double[] _raw;
    private readonly double[] _validationRaw;
    private readonly int[] _allRows;
    private readonly int[] _allSlots;
    private readonly List<Tree> _trees = [];
    private readonly List<double[]> _slotGains = [];

    /// <param name="validation">Binned like the training rows.</param>
    public Booster(
        ModelTask task, Objective objective, BoostingData train, BoostingData validation, BoostingSettings settings,
        TrainingContext context)
    {
        (_task, _train, _validation, _settings, _context) = (task, train, validation, settings, context);
        _objective = objective;
        _crew = new SpinWorkers(context.Threads);
        _grower = new TreeGrower(train.Bins, settings.Tree, _crew);
        _baseScores = _objective.BaseScores(train.Labels);
        _raw = Tile(_baseScores, train.Labels.Length);
        _validationRaw = Tile(_baseScores, validation.Labels.Length);
        var hasCategories = Array.Exists(train.Bins.Columns, c => c.IsCategorical);
        _entries = new GradientEntries(_objective, train.Labels, measuresDispersion: hasCategories, _crew);
        _leafValues = new LeafValues(_objective, train.Labels, _entries, _grower.Rows, settings.Tree, _crew);
        _allRows = settings.RowShare < 1 ? [.. Enumerable.Range(0, train.Labels.Length)] : [];
        _allSlots = [.. Enumerable.Range(0, train.Bins.Columns.Length)];
    }

    /// <summary>
    /// Trains until a further round no longer improves the validation loss, or the last round is done.
    /// </summary>
    public TreeEnsemble Run()
    {
        var (bestLoss, bestRounds) = (ValidationLoss(), 0);
        for (var round = 0; round < _settings.Rounds; round++)
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            _context.Progress?.Report((double)round / _settings.Rounds);
            if (!AddRound(round)) break;

            var loss = ValidationLoss();
            if (!double.IsFinite(loss))
            {
                throw new TrainingDivergedException($"The validation loss became {loss} in round {round}.");
            }

            if (_validation.Labels.Length == 0 || loss < bestLoss) (bestLoss, bestRounds) = (loss, round + 1);
            else if (round + 1 - bestRounds >= _settings.Patience) break;
        }

        _context.Progress?.Report(1);
        var importance = new double[_allSlots.Length];
        foreach (var gains in _slotGains.Take(bestRounds))
        {
            for (var slot = 0; slot < gains.Length; slot++) importance[slot] += gains[slot];
        }

        Tree[] trees = [.. _trees.Take(bestRounds * _objective.Outputs)];
        return new TreeEnsemble(_task, _baseScores, trees, importance, _objective.Kind);
    }

    public void Dispose()
    {
        _grower.Dispose();
        _crew.Dispose();
    }

    /// <returns>False if no split was found and none will be, since every round sees the same rows and slots.</returns>
    private bool AddRound(int round)
    {
        var outputs = _objective.Outputs;
        var (rows, slots) = Sample(round);
        _entries.Compute(_raw);

        var gains = new double[_allSlots.Length];
        var anySplit = false;
        for (var output = 0; output < outputs; output++)
        {
            var seed = SplitMix64.Mix(
                SplitMix64.Mix((ulong)_context.Seed) + ((ulong)round * (ulong)outputs) + (ulong)output);
            var (scale, sum, count) = _entries.Write(_grower.Rows, output, rows, (uint)seed);
            var grown = _grower.Grow(count, sum, scale, slots, gains);
            var values = _leafValues.Of(grown, scale, output, _raw);
            anySplit |= grown.Nodes.Length > 0;
            if (rows is null) _leafValues.AddTo(_raw, output, outputs, grown, values);
            else AddTo(_raw, output, outputs, grown, values, _train.Bins);
            AddTo(_validationRaw, output, outputs, grown, values, _validation.Bins);
            _trees.Add(new Tree(grown.Nodes, grown.Sets, values, [.. grown.Rows.Select(r => r.Count)]));
        }

        _slotGains.Add(gains);
        return anySplit || _settings.Samples;
    }

    private void AddTo(double[] raw, int output, int outputs, GrownTree tree, double[] values, BinnedMatrix bins) =>
        _crew.ForBlocks(bins.RowCount, BlockRows,
            [MethodImpl(MethodImplOptions.AggressiveOptimization)] (from, to, _) =>
            {
                for (var row = from; row < to; row++) raw[(row * outputs) + output] += values[tree.LeafOf(bins, row)];
            });

    /// <summary>Samples the rows (null for all) and slots of one round, both ascending and never empty.</summary>
    private (int[]? Rows, int[] Slots) Sample(int round)
    {
        var random = new SplitMix64(SplitMix64.Mix((ulong)_context.Seed) + (ulong)round);
        int[] Draw(int[] all, double share)
        {
            if (share >= 1 || all.Length == 0) return all;
            var drawn = Array.FindAll(all, _ => random.NextDouble() < share);
            return drawn.Length > 0 ? drawn : [random.NextInt32(all.Length)];
        }

        var rows = _settings.RowShare < 1 ? Draw(_allRows, _settings.RowShare) : null;
        return (rows, Draw(_allSlots, _settings.ColumnShare));
    }

    /// <summary>Mean loss per validation row; 0 without any.</summary>
    private double ValidationLoss()
    {
        var (labels, outputs) = (_validation.Labels, _objective.Outputs);
        if (labels.Length == 0) return 0;
        return OrderedParallel.SumRows(_context.Threads, labels.Length, (from, to) => _objective.Loss(
            _validationRaw.AsSpan(from * outputs, (to - from) * outputs), labels.AsSpan(from, to - from)))
                / labels.Length;
    }

    private static double[] Tile(double[] values, int count)
    {
        var tiled = new double[checked(values.Length * count)];
        for (var i = 0; i < count; i++) values.CopyTo(tiled, i * values.Length);
        return tiled;
    }
}

/// <summary>Rows that a booster learns from.</summary>
/// <param name="Labels">One per row, as in <see cref="TrainingData"/>.</param>
internal sealed record BoostingData(BinnedMatrix Bins, float[] Labels);

/// <param name="Rounds">Max rounds.</param>
/// <param name="Patience">Rounds without a better validation loss after which training stops.</param>
/// <param name="RowShare">Share of the rows drawn in each round, above 0 to 1.</param>
/// <param name="ColumnShare">Share of the slots drawn in each round, above 0 to 1.</param>
internal sealed record BoostingSettings(
    int Rounds, int Patience, double RowShare, double ColumnShare, TreeSettings Tree)
{
    public bool Samples => RowShare < 1 || ColumnShare < 1;
}
