namespace Serverless.Tests.Intake;

internal sealed partial class Export
{
    private const double Noise = 0.35;

    public Export NumberLabel(string column, double from, double to, NumberForm form)
    {
        _tasks = [IntakeTask.Regression];
        var ranks = Ranks();
        var added = Add(
            column, IntakeKind.Number, IntakeRole.Label, [], row => NumberAt(ranks[row], from, to, form));
        return form.IsPercent ? added.OrHundredth() : added;
    }

    /// <summary>Whole numbers from 0, or stars from 1.</summary>
    /// <param name="tasks">Those that are right.</param>
    public Export CountLabel(string column, int from, int to, params IntakeTask[] tasks)
    {
        _tasks = tasks;
        var ranks = Ranks();
        return Add(column, IntakeKind.Number, IntakeRole.Label, [], row =>
        {
            var count = (double)(from + (int)(ranks[row] * (to - from + 1)));
            return (count, Invariant(count));
        });
    }

    /// <summary>Two or more classes, each written in one way.</summary>
    public Export ClassLabel(string column, params string[] classes) =>
        ClassLabel(column, [.. classes.Select(c => new[] { c })]);

    /// <summary>Two or more classes, each with its spellings: mostly the first, which names it in the truth.</summary>
    public Export ClassLabel(string column, string[][] spellings)
    {
        _tasks = [spellings.Length == 2 ? IntakeTask.Binary : IntakeTask.Multiclass];
        var ranks = Ranks();
        return Add(column, IntakeKind.Category, IntakeRole.Label, [], row =>
        {
            var texts = spellings[(int)(ranks[row] * spellings.Length)];
            return (texts[0].Trim(), _random.NextDouble() < 0.7 ? texts[0] : texts[_random.Next(texts.Length)]);
        });
    }

    /// <summary>Takes the label from some rows.</summary>
    public Export WithoutLabel(double share, string text = "")
    {
        var values = _columns[^1].Values.ToArray();
        for (var row = 0; row < rows; row++)
        {
            if (_random.NextDouble() >= share) continue;
            (values[row], _cells[^1][row], _rows[row]) = (null, text, RowState.NoLabel);
        }

        return But(c => c with { Values = values });
    }

    /// <summary>For each row the share of rows with less signal and noise, from 0 to below 1.</summary>
    private double[] Ranks()
    {
        double[] keys = [.. _signal.Select(s => s + (Noise * (_random.NextDouble() - _random.NextDouble())))];
        int[] order = [.. Enumerable.Range(0, rows).OrderBy(row => keys[row])];
        var ranks = new double[rows];
        for (var i = 0; i < rows; i++) ranks[order[i]] = (double)i / rows;
        return ranks;
    }
}
