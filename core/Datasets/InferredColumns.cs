namespace Serverless.Datasets;

/// <summary>One decision about a file's columns, step by step: the label, types, what is of no use, leaks, the time column.</summary>
internal sealed class InferredColumns
{
    private readonly IReadOnlyList<string> _names;
    private readonly ModelDefinition _definition;
    private readonly SampleRows _sample;
    private readonly int _label;
    private readonly ColumnProfile _labels;
    private readonly ModelTask _task;
    private readonly ColumnProfile[] _profiles;
    private readonly ColumnSchema[] _columns;

    public InferredColumns(
        IReadOnlyList<string> names, ModelDefinition definition, SampleRows sample, int label, ColumnProfile labels)
    {
        _names = names;
        _definition = definition;
        _sample = sample;
        _label = label;
        _labels = labels;
        _task = definition.Task ?? TypeInference.TaskOf(labels, Asked(label)?.Type);
        _profiles = [.. names.Select((_, i) => ColumnProfile.Of(sample, i))];
        _columns = [.. names.Select((_, i) => Decide(i))];
    }

    public (DatasetSchema? Schema, Anomaly? Problem) ToSchema()
    {
        IgnoreLeaks();
        var schema = new DatasetSchema
        {
            Columns = _columns,
            Label = _names[_label],
            Task = _task,
            Time = _definition.Time ?? FindTime(),
            Id = _definition.Id,
        };
        var problem = Check(schema);
        return problem is null ? (schema, null) : (null, problem);
    }

    private FeatureDefinition? Asked(int column) => _definition.Features.FirstOrDefault(f => f.Name == _names[column]);

    private ColumnSchema Decide(int index)
    {
        var asked = Asked(index);
        var (type, reason) = AskedType(asked) is { } given
            ? (given, "as model.json says")
            : TypeInference.TypeOf(_profiles[index]);
        var column = new ColumnSchema
        {
            Name = _names[index],
            Type = type,
            Role = ColumnRole.Feature,
            Reason = reason,
            Required = asked?.Required ?? false,
            Range = asked?.Range,
            Values = asked?.Values,
        };
        if (index == _label)
        {
            var labelType = _task == ModelTask.Regression ? ColumnType.Numeric : ColumnType.Categorical;
            return column with { Type = labelType, Role = ColumnRole.Label, Reason = LabelReason() };
        }

        if (column.Name == _definition.Id) return column with { Role = ColumnRole.Id, Reason = "identifies a row's subject" };
        if (asked is not null)
        {
            return asked.Ignored
                ? column with { Role = ColumnRole.Ignored, Reason = asked.Comment ?? "as model.json says" }
                : column;
        }

        return TypeInference.Useless(_profiles[index], type) is { } useless
            ? column with { Role = ColumnRole.Ignored, Reason = useless }
            : column;
    }

    private static ColumnType? AskedType(FeatureDefinition? asked) =>
        asked?.Type ?? (asked?.Range is not null ? ColumnType.Numeric : asked?.Values is not null ? ColumnType.Categorical : null);

    private string LabelReason()
    {
        if (_definition.Task is not null) return "as model.json says";
        var distinct = _labels.Distinct == ColumnProfile.MaximumDistinct ? $"{_labels.Distinct:N0} or more" : $"{_labels.Distinct:N0}";
        return $"{distinct} different values in {_labels.Present:N0} rows";
    }

    /// <summary>A column that the owner has named is kept: that is a decision.</summary>
    private void IgnoreLeaks()
    {
        if (_task == ModelTask.Regression)
        {
            var numeric = Features().Where(i => _columns[i].Type == ColumnType.Numeric).ToList();
            foreach (var (index, reason) in LeakDetection.OfNumbers(_sample, _label, numeric, i => _names[i]))
            {
                if (Asked(index) is null) Ignore(index, reason);
            }

            return;
        }

        foreach (var index in Features())
        {
            if (Asked(index) is not null || !LeakDetection.IsClassLabel(_sample, _label, index)) continue;
            Ignore(index, $"gives the label away: it has one value for each of {_names[_label]}");
        }
    }

    private void Ignore(int index, string reason) =>
        _columns[index] = _columns[index] with { Role = ColumnRole.Ignored, Reason = reason };

    private List<int> Features() =>
        [.. Enumerable.Range(0, _columns.Length).Where(i => _columns[i].Role == ColumnRole.Feature)];

    /// <summary>The only timestamp column, where the rows are in its order already.</summary>
    private string? FindTime()
    {
        var moments = Features().Where(i => _columns[i].Type == ColumnType.Timestamp).ToList();
        if (moments.Count != 1) return null;
        var profile = _profiles[moments[0]];
        return profile.StepsBack == 0 && profile.Missing == 0 ? _names[moments[0]] : null;
    }

    private Anomaly? Check(DatasetSchema schema)
    {
        // A header of words may be a row of data as well: then each of the words comes again below.
        if (CsvColumns.ExpectsHeader(_definition) && _definition.Header is null && HeaderComesAgain())
        {
            return CsvColumns.HeaderLooksLikeData("only words that are values further down");
        }

        if (CheckLabel() is { } label) return label;
        if (schema.Columns.FirstOrDefault(c => c.Name == schema.Time) is { Type: not (ColumnType.Timestamp or ColumnType.Numeric) } time)
        {
            return Problem(AnomalyCodes.UnexpectedType, "timestamps or numbers in the time column", $"{Example(time)}", time.Name);
        }

        if (schema.Features.Any()) return CheckMetrics() ?? CheckSlices();
        var reasons = schema.Columns.Where(c => c.Role == ColumnRole.Ignored).Select(c => $"{c.Name} ({c.Reason})").Take(5);
        return Problem(
            AnomalyCodes.NoFeatures,
            "at least one column to learn from",
            $"none beside the label that is of use: {string.Join("; ", reasons)}; columns named under features in model.json are kept");
    }

    private Anomaly? CheckLabel()
    {
        var name = _names[_label];
        if (_labels.Present == 0)
        {
            return Problem(AnomalyCodes.NotPresent, $"values in the label {FieldText.Show(name)}", "none in any row", name);
        }

        if (_task == ModelTask.Regression && !TypeInference.IsNearlyAll(_labels.Numbers, _labels.Present))
        {
            return Problem(
                AnomalyCodes.NotANumber, $"numbers in the label {FieldText.Show(name)}, as the task is regression", $"{_labels.FirstOther}", name);
        }

        return _task == ModelTask.Multiclass && _labels.Distinct > DatasetReader.MaximumClasses
            ? Problem(
                AnomalyCodes.TooManyDistinct,
                $"at most {DatasetReader.MaximumClasses:N0} classes in the label {FieldText.Show(name)}",
                $"{_labels.Distinct:N0} different texts",
                name)
            : null;
    }

    private Anomaly? CheckMetrics()
    {
        var known = MetricNames.For(_task);
        var asked = _definition.Validation.Thresholds.Keys.Append(_definition.Metric);
        var wrong = asked.FirstOrDefault(m => m is not null && !known.Contains(m));
        return wrong is null
            ? null
            : Problem(
                AnomalyCodes.InvalidDefinition,
                $"one of the metrics {FieldText.List(known)} in model.json, as the task is {_task.ToString().ToLowerInvariant()}",
                FieldText.Show(wrong));
    }

    private Anomaly? CheckSlices()
    {
        var sliced = _columns.Where(
            c => c is { Type: ColumnType.Categorical or ColumnType.Boolean, Role: ColumnRole.Feature }).Select(c => c.Name).ToList();
        var wrong = _definition.Validation.Slices.FirstOrDefault(s => !sliced.Contains(s));
        return wrong is null
            ? null
            : Problem(
                AnomalyCodes.InvalidDefinition,
                $"categorical features in validation.slices of model.json ({FieldText.List(sliced)})",
                FieldText.Show(wrong));
    }

    private bool HeaderComesAgain()
    {
        var names = _names.Select(System.Text.Encoding.UTF8.GetBytes).ToArray();
        return Enumerable.Range(0, names.Length).All(
            column => Enumerable.Range(0, _sample.Count).Any(row => _sample.Field(row, column).SequenceEqual(names[column])));
    }

    private string Example(ColumnSchema column) =>
        FieldText.Show(_sample.Field(0, Array.IndexOf(_columns, column)));

    private static Anomaly Problem(string code, string expected, string found, string? column = null) =>
        DatasetReader.OfFile(code, expected, found, column);
}
