using Serverless.Csv.Text;

namespace Serverless.Learning.Definition;

/// <summary>Checks of <c>model.json</c> that JSON Schema cannot express.</summary>
internal static class ModelDefinitionRules
{
    public static List<DefinitionError> Check(ModelDefinition definition)
    {
        var errors = new List<DefinitionError>();
        if (definition is { Header: true, Columns: not null })
        {
            errors.Add(
                new DefinitionError("columns", "none where header is true", $"{definition.Columns.Count} names"));
        }

        if (definition.Label is not null && definition.Label == definition.Id)
        {
            errors.Add(new DefinitionError("id", "another column than the label", FieldText.Show(definition.Id)));
        }

        if (definition.Label is not null && definition.Label == definition.Time)
        {
            errors.Add(new DefinitionError("time", "another column than the label", FieldText.Show(definition.Time)));
        }

        if (definition is { Time: not null, TimeParts: not null })
        {
            errors.Add(
                new DefinitionError("timeParts", "none where time is given", FieldText.List(definition.TimeParts)));
        }

        if (definition.Freshness.Expect is { } expect && !IsDuration(expect))
        {
            errors.Add(new DefinitionError(
                "freshness.expect", "an ISO 8601 duration such as P1D or PT6H", FieldText.Show(expect)));
        }

        SourceRules.Check(definition, errors);
        DataRules.Check(definition, errors);
        CheckRollout(definition.Rollout, errors);
        CheckTraining(definition, errors);
        CheckNames(definition, errors);
        CheckMetrics(definition, errors);
        CheckFeatures(definition, errors);
        return errors;
    }

    private static bool IsDuration(string text)
    {
        try
        {
            return System.Xml.XmlConvert.ToTimeSpan(text) > TimeSpan.Zero;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }

    private static void CheckRollout(RolloutSettings rollout, List<DefinitionError> errors)
    {
        if (rollout.Steps[0] >= 100)
        {
            errors.Add(new DefinitionError(
                "rollout.steps[0]", "below 100, as a canary runs beside the champion", $"{rollout.Steps[0]}"));
        }

        for (var i = 1; i < rollout.Steps.Count; i++)
        {
            if (rollout.Steps[i] > rollout.Steps[i - 1]) continue;
            errors.Add(new DefinitionError(
                $"rollout.steps[{i}]", $"more than the step before, {rollout.Steps[i - 1]}", $"{rollout.Steps[i]}"));
        }

        if (rollout is { KeyHeader: not null, KeyField: not null })
        {
            errors.Add(new DefinitionError(
                "rollout.keyField", "none where keyHeader is given", FieldText.Show(rollout.KeyField)));
        }
    }

    private static void CheckTraining(ModelDefinition definition, List<DefinitionError> errors)
    {
        var (training, task) = (definition.Training, definition.Task);
        ScheduleText.Check(training.Schedule, "training.schedule", errors);
        if (task is { } known && training.Objective is { } objective && !ObjectiveNames.Serves(objective, known))
        {
            var expected = Enum.GetValues<TrainingObjective>().Where(o => ObjectiveNames.Serves(o, known))
                .Select(ObjectiveNames.Of);
            errors.Add(new DefinitionError(
                "training.objective",
                $"{string.Join(", ", expected)}, as the task is {known.ToString().ToLowerInvariant()}",
                FieldText.Show(ObjectiveNames.Of(objective))));
        }

        if (task == ModelTask.Regression && training.ClassWeights.Count > 0)
        {
            errors.Add(new DefinitionError(
                "training.classWeights", "none, as the task is regression", $"{training.ClassWeights.Count}"));
        }
    }

    private static void CheckNames(ModelDefinition definition, List<DefinitionError> errors)
    {
        IEnumerable<(string Path, string? Name)> used =
        [
            ("label", definition.Label),
            ("time", definition.Time),
            .. (definition.TimeParts ?? []).Select((name, i) => ($"timeParts[{i}]", (string?)name)),
            ("id", definition.Id),
            .. (definition.Data.Key ?? []).Select(
                (name, i) => (DataRules.PlaceOf(definition.Data.Key!, i), (string?)name)),
            .. definition.Features.Select((f, i) => ($"features[{i}].name", (string?)f.Name)),
            .. definition.Validation.Slices.Select((s, i) => ($"validation.slices[{i}]", (string?)s)),
        ];
        foreach (var (path, name) in used)
        {
            if (name is null) continue;
            if (name != name.Trim())
            {
                errors.Add(new DefinitionError(path, "a name without spaces around it", FieldText.Show(name)));
            }
            else if (definition.Columns?.Contains(name) == false)
            {
                var columns = FieldText.List(definition.Columns);
                errors.Add(new DefinitionError(path, $"one of columns: {columns}", FieldText.Show(name)));
            }
        }

        CheckAliases(definition, errors);
        foreach (var (i, name) in (definition.Columns ?? []).Index().Where(c => c.Item != c.Item.Trim()))
        {
            errors.Add(new DefinitionError($"columns[{i}]", "a name without spaces around it", FieldText.Show(name)));
        }
    }

    private static void CheckAliases(ModelDefinition definition, List<DefinitionError> errors)
    {
        var aliases = definition.Aliases ?? new Dictionary<string, IReadOnlyList<string>>();
        if (aliases.Count > 0 && definition is { Columns: not null } or { Header: false })
        {
            errors.Add(new DefinitionError(
                "aliases", "none where files have no header", $"those of {FieldText.List(aliases.Keys)}"));
        }

        var seen = aliases.Keys.ToHashSet();
        foreach (var (name, others) in aliases)
        {
            foreach (var (i, other) in others.Index())
            {
                if (seen.Add(other) && other == other.Trim()) continue;
                errors.Add(new DefinitionError(
                    $"aliases.{name}[{i}]", "a name that differs from the others and has no spaces around it",
                    FieldText.Show(other)));
            }
        }
    }

    private static void CheckMetrics(ModelDefinition definition, List<DefinitionError> errors)
    {
        var known = definition.Task is { } task ? MetricNames.For(task) : MetricNames.All;
        var why = definition.Task is null ? "" : $", as the task is {definition.Task.ToString()!.ToLowerInvariant()}";
        var expected = string.Join(", ", known) + why;
        if (definition.Metric is not null && !known.Contains(definition.Metric))
        {
            errors.Add(new DefinitionError("metric", expected, FieldText.Show(definition.Metric)));
        }

        foreach (var (metric, threshold) in definition.Validation.Thresholds)
        {
            var path = $"validation.thresholds.{metric}";
            if (!known.Contains(metric))
            {
                errors.Add(new DefinitionError(path, expected, FieldText.Show(metric)));
            }
            else if (threshold is { Threshold: null, MinAbsoluteChange: null, MinRelativeChange: null })
            {
                errors.Add(
                    new DefinitionError(path, "threshold, minAbsoluteChange or minRelativeChange", "none of them"));
            }
            else if (threshold.GreaterIsBetter is { } greater && greater != MetricNames.GreaterIsBetter(metric))
            {
                var (expectedText, found) = greater ? ("false", "true") : ("true", "false");
                errors.Add(new DefinitionError($"{path}.greaterIsBetter", $"{expectedText} for this metric", found));
            }
        }
    }

    private static void CheckFeatures(ModelDefinition definition, List<DefinitionError> errors)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < definition.Features.Count; i++)
        {
            var feature = definition.Features[i];
            var path = $"features[{i}]";
            if (!seen.Add(feature.Name)) Add("name", "a column not named before", FieldText.Show(feature.Name));
            if (feature.Name == definition.Label && feature.Ignored) Add("ignored", "false for the label", "true");
            if (feature is { Required: true, Ignored: true }) Add("required", "false for an ignored feature", "true");
            if (feature.Range is { } range)
            {
                if (range is { Min: null, Max: null }) Add("range", "min or max", "neither");
                if (range.Min > range.Max) Add("range", $"min of at most max, {range.Max}", $"{range.Min}");
                if (feature.Type is not (null or ColumnType.Numeric))
                {
                    Add("range", "none unless type is numeric", "a range");
                }

                if (feature.Values is not null) Add("range", "none where values is given", "a range");
            }

            if (feature is { Values: not null, Type: not (null or ColumnType.Categorical) })
            {
                Add("values", "none unless type is categorical", $"{feature.Values.Count}");
            }

            void Add(string property, string expected, string found) =>
                errors.Add(new DefinitionError($"{path}.{property}", expected, found));
        }
    }
}
