using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>Infers a file's columns step by step: the label, types, useless columns, leaks, the time column.</summary>
internal sealed class InferredColumns
{
    private readonly IReadOnlyList<string> _names;
    private readonly ModelDefinition _definition;
    private readonly StridedRowSample _sample;
    private readonly int _label;
    private readonly ColumnProfile _labels;
    private readonly ModelTask _task;
    private readonly ColumnProfile[] _profiles;
    private readonly ColumnSchema[] _columns;

    public InferredColumns(
        IReadOnlyList<string> names, ModelDefinition definition, StridedRowSample sample, int label,
        ColumnProfile labels, int threads)
    {
        _names = names;
        _definition = definition;
        _sample = sample;
        _label = label;
        _labels = labels;
        _task = definition.Task ?? TypeInference.TaskOf(labels, Asked(label)?.Type);
        _profiles = ColumnProfile.OfColumns(sample, names.Count, threads);
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
        var problem = new SchemaCheck(schema, _definition, _sample, _labels).Run();
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

        if (column.Name == _definition.Id)
        {
            return column with { Role = ColumnRole.Id, Reason = "identifies a row's subject" };
        }

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
        var orMore = _labels.Distinct == ColumnProfile.MaxDistinct ? " or more" : "";
        return $"{_labels.Distinct:N0}{orMore} different values in {_labels.Present:N0} rows";
    }

    /// <summary>Ignores leaking columns, except those that the owner has named.</summary>
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

    /// <summary>The only timestamp column, if the rows are already ordered by it.</summary>
    private string? FindTime()
    {
        var moments = Features().Where(i => _columns[i].Type == ColumnType.Timestamp).ToList();
        if (moments.Count != 1) return null;
        var profile = _profiles[moments[0]];
        return profile.StepsBack == 0 && profile.Missing == 0 ? _names[moments[0]] : null;
    }
}
