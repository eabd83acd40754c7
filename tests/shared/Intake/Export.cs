using System.Globalization;

namespace Serverless.Tests.Intake;

/// <summary>
/// Makes a file column by column, with the truth beside the texts. The same name gives the same file. Labels depend on
/// the columns before them, with noise, so that there is something to learn.
/// </summary>
/// <param name="name">Family and file name.</param>
internal sealed partial class Export(string name, int rows = 240)
{
    /// <summary>Share of the cells that are missing in columns with gaps.</summary>
    public double GapShare { get; set; } = 0.04;

    private readonly Random _random = new(Seed(name));
    private readonly double[] _signal = new double[rows];
    private readonly RowState[] _rows = new RowState[rows];
    private readonly List<IntakeColumn> _columns = [];
    private readonly List<string[]> _cells = [];

    /// <summary>Lines that are no rows any more.</summary>
    private readonly Dictionary<int, Func<string, string>> _broken = [];

    /// <summary>Columns with words that a typed column cannot hold.</summary>
    private readonly HashSet<int> _words = [];
    private IntakeTask[] _tasks = [];

    /// <param name="gaps">Texts of missing values; some rows have one of them.</param>
    public Export Number(string column, double from, double to, NumberForm form, params string[] gaps)
    {
        var added = Add(column, IntakeKind.Number, IntakeRole.Feature, gaps, row =>
        {
            var share = _random.NextDouble();
            _signal[row] += share - 0.5;
            return NumberAt(share, from, to, form);
        });
        return form.IsPercent ? added.OrHundredth() : added;
    }

    public Export Moment(
        string column, Func<Random, int, DateTime> source, Func<DateTime, string> write, params string[] gaps) =>
        Add(column, IntakeKind.Moment, IntakeRole.Feature, gaps, row =>
        {
            var moment = source(_random, row);
            return (moment, write(moment));
        });

    /// <summary>Moments whose text does not say all of them: the truth is what the text says.</summary>
    public Export Month(string column, Func<Random, int, DateTime> source, Func<DateTime, string> write) =>
        Moment(column, (random, row) => FirstOfMonth(source(random, row)), write);

    public Export Flag(string column, string yes, string no, params string[] gaps) =>
        Add(column, IntakeKind.Boolean, IntakeRole.Feature, gaps, row =>
        {
            var value = _random.NextDouble() < 0.4;
            _signal[row] += value ? 0.3 : -0.2;
            return (value, value ? yes : no);
        });

    public Export Category(string column, string[] values, params string[] gaps) =>
        Add(column, IntakeKind.Category, IntakeRole.Feature, gaps, row =>
        {
            var chosen = _random.Next(values.Length);
            _signal[row] += ((double)chosen / values.Length) - 0.5;
            return (values[chosen], values[chosen]);
        });

    /// <summary>Unique or nearly unique values that name a row or its subject.</summary>
    /// <param name="write">Given the generator and the row.</param>
    public Export Id(
        string column, Func<Random, int, string> write, IntakeRole role = IntakeRole.NoFeature) =>
        Add(column, IntakeKind.Text, role, [], row =>
        {
            var text = write(_random, row);
            return (text, text);
        });

    /// <summary>Sentences, which may be left out.</summary>
    public Export Text(string column, string[] words, params string[] gaps) =>
        Add(column, IntakeKind.Text, IntakeRole.Optional, gaps, _ =>
        {
            var sentence = string.Join(
                ' ', Enumerable.Range(0, 4 + _random.Next(6)).Select(_ => words[_random.Next(words.Length)]));
            return (sentence, sentence);
        });

    /// <summary>Any column that the others do not cover.</summary>
    /// <param name="make">Value and text, given the generator and the row.</param>
    public Export Column(string column, IntakeKind kind, Func<Random, int, (object? Value, string Text)> make) =>
        Add(column, kind, IntakeRole.Feature, [], row => make(_random, row));

    /// <summary>Changes the truth about the column that was added last.</summary>
    public Export But(Func<IntakeColumn, IntakeColumn> change)
    {
        _columns[^1] = change(_columns[^1]);
        return this;
    }

    public Export Optional() => But(c => c with { Role = IntakeRole.Optional });

    /// <summary>Flags in rarer languages may stay two categories.</summary>
    public Export OrCategory() => But(c => c with { OtherKinds = [IntakeKind.Category] });

    private Export OrHundredth() =>
        But(c => c with { OtherValues = [.. c.Values.Select(v => v is double d ? d / 100 : v)] });

    /// <summary>Replaces a few cells, each by one of the texts.</summary>
    public Export Typos(string column, params string[] texts)
    {
        var index = _columns.FindIndex(c => c.Name == column);
        var values = _columns[index].Values.ToArray();
        foreach (var text in texts)
        {
            var row = _random.Next(rows);
            while (values[row] is null || _rows[row] != RowState.Good) row = _random.Next(rows);
            (values[row], _cells[index][row]) = (null, text);
            _words.Add(index);
            _rows[row] = _columns[index].Role == IntakeRole.Label ? RowState.NoLabel : RowState.BadCell;
        }

        _columns[index] = _columns[index] with { Values = values };
        return this;
    }

    /// <summary>Replaces a few cells by a word for a missing value.</summary>
    public Export Word(string column, string word, int times)
    {
        var index = _columns.FindIndex(c => c.Name == column);
        var values = _columns[index].Values.ToArray();
        foreach (var row in Enumerable.Range(0, rows).OrderBy(_ => _random.Next()).Take(times))
        {
            (values[row], _cells[index][row]) = (null, word);
        }

        _words.Add(index);
        _columns[index] = _columns[index] with { Values = values };
        return this;
    }

    /// <summary>Breaks the line of a row in delimited text: a field too many, half of a quote, or cut off.</summary>
    public Export Break(Func<string, string> change)
    {
        var row = _random.Next(rows);
        if (_rows[row] != RowState.Good) return this;
        _rows[row] = RowState.BadCell;
        _broken[row] = change;
        return this;
    }

    public IReadOnlyList<IntakeColumn> Columns => _columns;

    /// <summary>Changes the truth about all columns.</summary>
    public void Each(Func<IntakeColumn, IReadOnlyList<string>, IntakeColumn> change)
    {
        for (var i = 0; i < _columns.Count; i++) _columns[i] = change(_columns[i], _cells[i]);
    }

    private static (object? Value, string Text) NumberAt(double share, double from, double to, NumberForm form)
    {
        // Of a wide range most are small, as amounts are.
        var value = form.Round(from + ((to - from) * (to - from > 5000 ? share * share * share : share)));
        return (value, form.Write(value));
    }

    private Export Add(
        string column, IntakeKind kind, IntakeRole role, string[] gaps, Func<int, (object? Value, string Text)> make)
    {
        var (values, texts) = (new object?[rows], new string[rows]);
        for (var row = 0; row < rows; row++)
        {
            (values[row], texts[row]) = make(row);
            if (gaps.Length == 0 || _random.NextDouble() >= GapShare) continue;
            (values[row], texts[row]) = (null, gaps[_random.Next(gaps.Length)]);
        }

        _columns.Add(new IntakeColumn(column, kind, role, values));
        _cells.Add(texts);
        return this;
    }

    private static DateTime FirstOfMonth(DateTime moment) => When.Day(moment.Year, moment.Month, 1);

    /// <summary>FNV-1a: the same in every process, unlike a string's hash code.</summary>
    private static int Seed(string text) =>
        (int)text.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u));

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
