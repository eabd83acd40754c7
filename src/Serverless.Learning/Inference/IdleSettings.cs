using Serverless.Csv.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>
/// Finds settings of <c>model.json</c> that have no effect on a file, such as those of a misspelt column. What cannot
/// be meant at all is refused elsewhere: by <see cref="ModelDefinitionRules"/>, <see cref="SchemaCheck"/> and the goal
/// of the trainers.
/// </summary>
/// <param name="schema">The file's columns.</param>
internal sealed class IdleSettings(ModelDefinition definition, DatasetSchema schema)
{
    private readonly List<Anomaly> _found = [];
    private readonly IReadOnlyList<string> _names = [.. schema.Columns.Select(c => c.Name)];

    /// <param name="hasNames">Whether the file's format names its columns, as Parquet and JSON do.</param>
    /// <returns>Warnings, in the order of <c>model.json</c>'s schema.</returns>
    public IReadOnlyList<Anomaly> Find(bool hasNames)
    {
        if (hasNames && (definition.Columns is not null || definition.Header == false))
        {
            var setting = definition.Columns is null ? "header" : "columns";
            Add(null, $"a file without names of columns, as {setting} in model.json is for", "one that has names");
        }

        foreach (var name in (definition.Aliases ?? new Dictionary<string, IReadOnlyList<string>>()).Keys)
        {
            if (_names.Contains(name)) continue;
            Add(
                name,
                $"a column {FieldText.Show(name)} or one of its aliases, which aliases in model.json name",
                $"no such column{AskFor(name)}");
        }

        foreach (var feature in definition.Features) CheckFeature(feature);
        CheckTraining();
        IdleRolloutSettings.Check(definition.Rollout, Add);
        if (definition.Rollout.KeyField is { } key && !_names.Contains(key))
        {
            Add(
                key,
                "one of the model's columns as rollout.keyField in model.json",
                $"{FieldText.Show(key)}, which requests cannot have{NameSuggestion.Ask(key, _names)}");
        }

        return _found;
    }

    private void CheckFeature(FeatureDefinition feature)
    {
        if (schema.Columns.FirstOrDefault(c => c.Name == feature.Name) is not { } column)
        {
            Add(
                feature.Name,
                $"a column {FieldText.Show(feature.Name)}, which features in model.json name",
                $"no such column{AskFor(feature.Name)}");
            return;
        }

        if (column.Role == ColumnRole.Feature)
        {
            CheckFormat(feature, column);
            return;
        }

        var (role, without) = column.Role switch
        {
            ColumnRole.Label => ("the label", Set((feature.Monotone, "monotone"), (feature.Required, "required"))),
            ColumnRole.Id => ("the id", Set(
                (feature.Range, "range"), (feature.Values, "values"), (feature.Monotone, "monotone"))),
            _ => ("left out", Set(
                (feature.Range, "range"), (feature.Values, "values"), (feature.Monotone, "monotone"))),
        };
        foreach (var setting in without)
        {
            Add(
                feature.Name,
                $"a column to learn from, as features[].{setting} in model.json is for",
                $"that {FieldText.Show(feature.Name)} is {role}");
        }

        if (column.Role == ColumnRole.Label) CheckFormat(feature, column);
    }

    /// <summary>Each notation is of one type, by which cells are read.</summary>
    private void CheckFormat(FeatureDefinition feature, ColumnSchema column)
    {
        if (feature.Format is not { } format) return;
        var type = format switch
        {
            CellNotation.DecimalPoint or CellNotation.DecimalComma => ColumnType.Numeric,
            CellNotation.MarkOrBlank => ColumnType.Boolean,
            _ => ColumnType.Timestamp,
        };
        // Numbers of a label may be classes, which are written in some notation too.
        var isClasses = column.Role == ColumnRole.Label && type != ColumnType.Timestamp;
        if (column.Type == type || isClasses) return;
        Add(
            feature.Name,
            $"a {Word(type)} column, as features[].format {FieldText.Show(Camel(format))} in model.json is for",
            $"that {FieldText.Show(feature.Name)} is {Word(column.Type)}");
    }

    private void CheckTraining()
    {
        if (schema.Task == ModelTask.Regression && definition.Training.Calibration == CalibrationMode.None)
        {
            Add(
                null, "a classifier, as training.calibration in model.json is for",
                $"the regression of {FieldText.Show(schema.Label)}");
        }
    }

    /// <summary>Suggests a column that model.json does not name.</summary>
    private string AskFor(string name)
    {
        var known = definition.Features.Select(f => f.Name)
            .Concat([definition.Label, definition.Time, definition.Id]).ToHashSet();
        return NameSuggestion.Ask(name, _names.Where(n => !known.Contains(n)));
    }

    private static List<string> Set(params ReadOnlySpan<(object? Value, string Name)> settings)
    {
        var names = new List<string>();
        foreach (var (value, name) in settings)
        {
            if (value is not (null or false)) names.Add(name);
        }

        return names;
    }

    private static string Word(ColumnType type) => type.ToString().ToLowerInvariant();

    private static string Camel(CellNotation format) => $"{char.ToLowerInvariant($"{format}"[0])}{$"{format}"[1..]}";

    private void Add(string? column, string expected, string found) => _found.Add(new Anomaly(
        AnomalyCodes.InvalidDefinition, AnomalySeverity.Warning, column, Row: null, expected, found));
}
