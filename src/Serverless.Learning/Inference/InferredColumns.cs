using Serverless.Csv.Cells;
using Serverless.Csv.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>Infers a file's columns step by step: the label, types, useless columns, leaks, the time column.</summary>
internal sealed class InferredColumns
{
    /// <summary>Share of the values of an id that are different.</summary>
    private const double MinIdShare = 0.9;

    /// <summary>Numbers of as many digits, all of one length and nearly all different, are no amounts.</summary>
    private const double MinLongId = 1_000_000_000;
    private const double MinLongIdShare = 0.99;

    private readonly IReadOnlyList<string> _names;
    private readonly ModelDefinition _definition;
    private readonly StridedRowSample _sample;
    private readonly int _label;
    private readonly ColumnProfile _labels;
    private readonly ModelTask _task;
    private readonly FileFormats _formats;
    private readonly ColumnProfile[] _profiles;
    private readonly ColumnSchema[] _columns;

    public InferredColumns(
        IReadOnlyList<string> names, ModelDefinition definition, StridedRowSample sample, int label,
        ColumnProfile labels, ColumnProfile[] profiles, FileFormats formats)
    {
        _formats = formats;
        _names = names;
        _definition = definition;
        _sample = sample;
        _label = label;
        _labels = labels;
        _task = definition.Task
            ?? TypeInference.TaskOf(labels, Asked(label)?.Type, formats.KindOf(label) is NumberFormat);
        _profiles = profiles;
        _columns = [.. names.Select((_, i) => Decide(i))];
    }

    /// <summary>Warnings about columns that may give the label away; known once there is a schema.</summary>
    public IReadOnlyList<Anomaly> Doubts { get; private set; } = [];

    public (DatasetSchema? Schema, Anomaly? Problem) ToSchema()
    {
        IgnoreLeaks();
        var (time, parts) = FindOrder();
        var schema = new DatasetSchema
        {
            Columns = _columns,
            Label = _names[_label],
            Task = _task,
            Time = time,
            TimeParts = parts,
            Id = _definition.Id,
            Positive = Positive(),
        };
        var problem = new SchemaCheck(schema, _definition, _sample, _labels).Run();
        return problem is null ? (schema, null) : (null, problem);
    }

    private FeatureDefinition? Asked(int column) => _definition.Features.FirstOrDefault(f => f.Name == _names[column]);

    private ColumnSchema Decide(int index)
    {
        var asked = Asked(index);
        var (type, reason) = AskedType(asked) is { } given
            ? (given, "as model.json says")
            : TypeInference.TypeOf(
                _profiles[index], _formats.KindOf(index) is BooleanFormat,
                mayBeCodes: !TimeInference.IsPart(_names[index], _profiles[index]));
        var column = new ColumnSchema
        {
            Name = _names[index],
            Type = type,
            Role = ColumnRole.Feature,
            Reason = reason,
            Format = _formats.NoteOf(index),
            Example = _formats.ExampleOf(index),
            Notation = NotationOf(_formats.KindOf(index)),
            Required = asked?.Required ?? false,
            Range = asked?.Range,
            Values = asked?.Values,
        };
        if (index == _label)
        {
            var labelType = _task == ModelTask.Regression ? ColumnType.Numeric : ColumnType.Categorical;
            return column with
            {
                Type = labelType,
                Role = ColumnRole.Label,
                Reason = LabelReason(),
                Values = column.Values ?? Classes(),
            };
        }

        if (column.Name == _definition.Id)
        {
            return column with { Role = ColumnRole.Id, Reason = "identifies a row's subject", Example = null };
        }

        if (asked is not null)
        {
            var whyNot = asked.Ignored
                ? asked.Comment ?? "as model.json says"
                : type == ColumnType.Text ? Texts.FindBound(index) : null;
            return whyNot is null ? column : column with { Role = ColumnRole.Ignored, Reason = whyNot };
        }

        if (type == ColumnType.Numeric && IdReason(index) is { } id)
        {
            return column with { Role = ColumnRole.Ignored, Reason = id, Example = null };
        }

        if (TypeInference.Useless(_profiles[index], type) is not { } useless) return column;
        return TypeInference.AreManyTexts(_profiles[index], type)
            ? Texts.Decide(column, index, useless)
            : column with { Role = ColumnRole.Ignored, Reason = useless };
    }

    private TextInference Texts => new(_sample, _label, _names[_label], _task);

    private static CellNotation? NotationOf(CellFormat? format) => format switch
    {
        BooleanFormat { BlankIsFalse: true } => CellNotation.MarkOrBlank,
        DateFormat { Order: DateOrder.DayFirst } => CellNotation.DayFirst,
        DateFormat { Order: DateOrder.MonthFirst } => CellNotation.MonthFirst,
        _ => null,
    };

    /// <summary>Why a column of numbers tells rows apart instead of describing them; null if it does not.</summary>
    private string? IdReason(int column)
    {
        var profile = _profiles[column];
        if (profile.Integers < profile.Numbers || profile.Present == 0) return null;
        var isNamed = ColumnName.IsId(_names[column]);
        if (!isNamed && (profile.Min < MinLongId || Digits(profile.Min) != Digits(profile.Max))) return null;
        if (_sample.CountDistinct(column) < (isNamed ? MinIdShare : MinLongIdShare) * profile.Present) return null;
        return isNamed
            ? "an id by its name, and nearly every row has its own"
            : "like an id: nearly every row has a number of its own, all with as many digits";
    }

    private static double Digits(double number) => Math.Floor(Math.Log10(number));

    private static ColumnType? AskedType(FeatureDefinition? asked) => asked switch
    {
        { Type: not null } => asked.Type,
        { Range: not null } => ColumnType.Numeric,
        { Values: not null } => ColumnType.Categorical,
        _ => null,
    };

    private string LabelReason()
    {
        if (_definition.Task is not null) return "as model.json says";
        if (_task == ModelTask.Regression)
        {
            var orMore = _labels.Classes.IsFull ? " or more" : "";
            return $"numbers, {_labels.Classes.Count:N0}{orMore} different ones in {_labels.Present:N0} rows; "
                + "if they are classes, set \"task\": \"multiclass\" in model.json";
        }

        var typos = _labels.Classes.Typos();
        var reason = $"{_labels.Classes.Count - typos.Count:N0} classes in {_labels.Present:N0} rows";
        if (_labels.Nones > 0)
        {
            reason += $"; {_labels.Nones:N0} rows with 'None' have no label: if that is a class, write it in another "
                + "way, such as 'No damage'";
        }

        if (typos.Count > 0)
        {
            var names = FieldText.List(typos.Select(t => t.Name), atMost: 5);
            reason += $"; {names} in {typos.Sum(t => t.Rows):N0} of them "
                + "count as typos, and their rows as bad";
        }

        return IsNearlyAllNumbers
            ? $"{reason}; if they are amounts, set \"task\": \"regression\" in model.json"
            : reason;
    }

    private bool IsNearlyAllNumbers => _labels.Classes.Count > 2
        && TypeInference.IsNearlyAll(_labels.Numbers, _labels.Present);

    /// <summary>The only classes of a label, in every spelling; null where any text is a class.</summary>
    private IReadOnlyList<string>? Classes()
    {
        if (_task == ModelTask.Regression || _labels.Classes.IsFull) return null;
        var typos = _labels.Classes.Typos();
        var classes = _labels.Classes.Classes.Except(typos).ToList();
        var areAll = typos.Count == 0 && (_task == ModelTask.Multiclass || classes.Count != 2);
        return areAll ? null : [.. classes.SelectMany(c => c.Spellings)];
    }

    /// <summary>The class whose probability is the score: as asked, by its name, or the rarer one.</summary>
    private string? Positive()
    {
        if (_task != ModelTask.Binary) return null;
        if (_definition.Positive is { } asked) return asked;
        var classes = _labels.Classes.Classes.Except(_labels.Classes.Typos()).ToList();
        if (classes.Count != 2) return null;
        bool?[] truths = [.. classes.Select(c => ClassNames.Truth(c.Name))];
        if (truths is [true, false] or [false, true]) return classes[truths[0] == true ? 0 : 1].Name;
        bool[] named = [.. classes.Select(c => ClassWords.Positive.Contains(c.Name))];
        if (named[0] != named[1]) return classes[named[0] ? 0 : 1].Name;
        return classes.OrderBy(c => c.Rows).ThenByDescending(c => c.Name, StringComparer.Ordinal).First().Name;
    }

    private void IgnoreLeaks()
    {
        var leaks = new LeakRemoval(_columns, _sample, _label, isNamed: i => Asked(i) is not null);
        if (_task == ModelTask.Regression) leaks.OfNumbers(i => TimeInference.IsPart(_names[i], _profiles[i]));
        else leaks.OfClasses(_labels.Classes.Count - _labels.Classes.Typos().Count);
        Doubts = leaks.Doubts;
    }

    private List<int> Features() =>
        [.. Enumerable.Range(0, _columns.Length).Where(i => _columns[i].Role == ColumnRole.Feature)];

    /// <summary>
    /// What orders the rows: what model.json says; the timestamp column in whose order they are, or nearly, oldest or
    /// newest first, of several the one with the best order, then the first; a date in parts; a counter.
    /// </summary>
    private (string? Time, IReadOnlyList<string>? Parts) FindOrder()
    {
        if (_definition.Time is not null || _definition.TimeParts is not null)
        {
            return (_definition.Time, _definition.TimeParts);
        }

        var ordered = Features()
            .Where(i => _columns[i].Type == ColumnType.Timestamp && _profiles[i].Missing == 0)
            .Select(i => (Index: i, Disorder: _profiles[i].TimeDisorder))
            .Where(c => c.Disorder <= TimeInference.MaxDisorder)
            .ToList();
        if (ordered.Count > 0) return (_names[ordered.MinBy(c => (c.Disorder, c.Index)).Index], null);
        if (TimeInference.FindParts(_names, _sample, _profiles) is { } parts && !parts.Contains(_label))
        {
            return (null, [.. parts.Select(i => _names[i])]);
        }

        var counter = TimeInference.FindCounter(_names, _sample, _profiles, _label);
        return counter < 0 || counter == _label || _names[counter] == _definition.Id
            ? (null, null)
            : (_names[counter], null);
    }
}
