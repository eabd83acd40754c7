using Serverless.Csv.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Inference;

/// <summary>Checks whether a model can be learned from the inferred columns, as model.json asks.</summary>
/// <param name="labels">Profile of the label in every row.</param>
internal sealed class SchemaCheck(
    DatasetSchema schema, ModelDefinition definition, StridedRowSample sample, ColumnProfile labels)
{
    /// <summary>A label that model.json does not name must have values in this share of the rows.</summary>
    private const double MinLabelled = 0.1;

    /// <summary>With fewer rows, or a smaller share of values that occur once, they may be classes.</summary>
    private const int MinRows = 20;
    private const double MaxOwnValues = 0.9;

    private const string NameIt = "name the column to predict as \"label\" in model.json";

    private readonly string _task = schema.Task.ToString().ToLowerInvariant();

    /// <summary>Why no model can be learned; null if one can.</summary>
    public Anomaly? Run() => CheckHeader() ?? CheckLabel() ?? CheckPositive()
        ?? CheckTime() ?? CheckFeatures() ?? CheckMetrics() ?? CheckSlices();

    /// <summary>Detects a header of words that is a row of data: each of the words occurs again below.</summary>
    private Anomaly? CheckHeader()
    {
        if (!CsvColumns.ExpectsHeader(definition) || definition.Header is not null) return null;
        var names = schema.Columns.Select(c => System.Text.Encoding.UTF8.GetBytes(c.Name)).ToArray();
        for (var column = 0; column < names.Length; column++)
        {
            var row = 0;
            while (row < sample.Count && !sample.Field(row, column).SequenceEqual(names[column])) row++;
            if (row == sample.Count) return null;
        }

        return CsvColumns.HeaderLooksLikeData("only words that are values further down");
    }

    private Anomaly? CheckLabel()
    {
        var name = schema.Label;
        var label = $"in the label {FieldText.Show(name)}";
        if (labels.Present == 0) return Problem(AnomalyCodes.NotPresent, $"values {label}", "none in any row", name);

        if (definition.Label is null && labels.Present < MinLabelled * labels.Rows)
        {
            return Problem(
                AnomalyCodes.NotPresent,
                $"values {label}, the last column",
                $"none in {1 - ((double)labels.Present / labels.Rows):0.#%} of the rows; {NameIt}, this one too if it is "
                    + "meant",
                name);
        }

        var isNumeric = TypeInference.IsNearlyAll(labels.Numbers, labels.Present);
        if (schema.Task == ModelTask.Regression && !isNumeric)
        {
            return Problem(
                AnomalyCodes.NotANumber, $"numbers {label}, as the task is {_task}", $"{labels.FirstOther}", name);
        }

        if (schema.Task == ModelTask.Regression && IsMostlyRounding())
        {
            return Problem(
                AnomalyCodes.NumberTooBig,
                $"numbers that differ in their first seven digits {label}, as no more are kept: subtract one number, "
                    + $"such as {labels.Min:0}, from all of them",
                $"{labels.Min:0} to {labels.Max:0}",
                name);
        }

        if (FindMixedAmounts(name) is { } mixed) return mixed;
        if (schema.Task != ModelTask.Regression && labels.Present >= MinRows
            && labels.Distinct >= MaxOwnValues * Math.Min(labels.Present, ColumnProfile.MaxDistinct))
        {
            return Problem(
                AnomalyCodes.TooManyDistinct,
                $"classes of several rows each {label}",
                $"a value of its own in nearly every row, such as {FieldText.Show(labels.Classes.Classes[0].Name)}; {NameIt}",
                name);
        }

        return schema.Task == ModelTask.Multiclass && labels.Distinct > DatasetReader.MaxClasses
            ? Problem(
                AnomalyCodes.TooManyDistinct,
                $"at most {DatasetReader.MaxClasses:N0} classes {label}",
                $"{labels.Distinct:N0} different texts; {NameIt}",
                name)
            : null;
    }

    /// <summary>
    /// Amounts in several currencies, units or notations, which make no numbers and hundreds of classes. They are classes
    /// where model.json says so.
    /// </summary>
    private Anomaly? FindMixedAmounts(string name)
    {
        var asked = definition.Features.FirstOrDefault(f => f.Name == name);
        var isMeant = definition.Task is not null || asked is { Type: not null } or { Values: not null };
        if (isMeant || schema.Task == ModelTask.Regression || labels.Distinct <= TypeInference.MaxNumericClasses)
        {
            return null;
        }

        var index = schema.Columns.ToList().FindIndex(c => c.Name == name);
        var evidence = ColumnEvidence.Of(sample, index, []);
        var numbers = evidence.Numbers;
        var fits = Math.Max(numbers.Fits('.'), numbers.Fits(','));
        var areMixed = TypeInference.IsNearlyAll(numbers.Cells, evidence.Present)
            && !TypeInference.IsNearlyAll(fits, evidence.Present) && numbers.AreAmounts;
        return areMixed
            ? Problem(
                AnomalyCodes.NotANumber,
                $"amounts of one currency or unit, in one notation, in the label {FieldText.Show(name)}: convert them to "
                    + "one, or, if they are classes, set \"task\": \"multiclass\" in model.json",
                FieldText.List(numbers.Units.Select(u => u.Length == 0 ? "no unit" : u), atMost: 5),
                name)
            : null;
    }

    /// <summary>Whether whole numbers are so large and so close that a float keeps few of their differences.</summary>
    private bool IsMostlyRounding()
    {
        const double minSteps = 256;
        var largest = (float)Math.Max(Math.Abs(labels.Min), Math.Abs(labels.Max));
        return labels.Rounded > 0 && labels.Max - labels.Min < minSteps * (MathF.BitIncrement(largest) - largest);
    }

    private Anomaly? CheckPositive()
    {
        if (definition.Positive is not { } positive) return null;
        var classes = labels.Classes.Classes.Select(c => c.Name).ToList();
        if (schema.Task == ModelTask.Binary && ClassNames.Find(classes, positive) >= 0) return null;
        return Problem(
            AnomalyCodes.InvalidDefinition,
            schema.Task == ModelTask.Binary
                ? $"one of the classes {FieldText.List(classes, atMost: 5)} as \"positive\" in model.json"
                : $"no \"positive\" in model.json, as the task is {_task}",
            FieldText.Show(positive));
    }

    private Anomaly? CheckTime()
    {
        var parts = schema.TimeParts ?? [];
        var text = schema.Columns.FirstOrDefault(c => parts.Contains(c.Name) && c.Type != ColumnType.Numeric);
        if (text is not null)
        {
            var cell = FieldText.Show(sample.Field(0, schema.Columns.ToList().IndexOf(text)));
            return Problem(AnomalyCodes.UnexpectedType, "numbers in a column of timeParts", cell, text.Name);
        }

        var time = schema.Columns.FirstOrDefault(c => c.Name == schema.Time);
        if (time is null or { Type: ColumnType.Timestamp or ColumnType.Numeric }) return null;
        var example = FieldText.Show(sample.Field(0, schema.Columns.ToList().IndexOf(time)));
        return Problem(AnomalyCodes.UnexpectedType, "timestamps or numbers in the time column", example, time.Name);
    }

    private Anomaly? CheckFeatures()
    {
        if (schema.Features.Any()) return null;
        var reasons = schema.Columns.Where(c => c.Role == ColumnRole.Ignored).Select(c => $"{c.Name} ({c.Reason})");
        if (schema.Columns.Count == 1)
        {
            return Problem(
                AnomalyCodes.NoFeatures,
                "a table of at least two columns, one of them the label; check the delimiter, or the workbook's sheet",
                $"the single column {FieldText.Show(schema.Label)}");
        }

        return Problem(
            AnomalyCodes.NoFeatures,
            "at least one column to learn from",
            $"only useless columns beside the label: {string.Join("; ", reasons.Take(5))}; "
                + "columns named under features in model.json are kept");
    }

    private Anomaly? CheckMetrics()
    {
        var known = MetricNames.For(schema.Task);
        var asked = definition.Validation.Thresholds.Keys.Append(definition.Metric);
        var wrong = asked.FirstOrDefault(m => m is not null && !known.Contains(m));
        return wrong is null
            ? null
            : Problem(
                AnomalyCodes.InvalidDefinition,
                $"one of the metrics {FieldText.List(known)} in model.json, as the task is {_task}",
                FieldText.Show(wrong));
    }

    private Anomaly? CheckSlices()
    {
        var sliced = schema.Features.Where(c => c.Type is ColumnType.Categorical or ColumnType.Boolean)
            .Select(c => c.Name).ToList();
        var wrong = definition.Validation.Slices.FirstOrDefault(s => !sliced.Contains(s));
        return wrong is null
            ? null
            : Problem(
                AnomalyCodes.InvalidDefinition,
                $"categorical features in validation.slices of model.json ({FieldText.List(sliced)})",
                FieldText.Show(wrong));
    }

    private static Anomaly Problem(string code, string expected, string found, string? column = null) =>
        DatasetReader.OfFile(code, expected, found, column);
}
