using Serverless.Csv.Text;

namespace Serverless.Learning.Definition;

/// <summary>Checks of <c>data</c> that JSON Schema cannot express.</summary>
internal static class DataRules
{
    public static void Check(ModelDefinition definition, List<DefinitionError> errors)
    {
        var data = definition.Data;
        if (data.Window.Since is { } since && CalendarSpan.TryParse(since) is null)
        {
            Add("data.window.since", CalendarSpan.Expected, FieldText.Show(since));
        }

        if (data is { Mode: DataMode.Upsert, Key: null })
        {
            Add("data.key", "the column or columns that name what a row is about, as mode is upsert", "none");
        }

        if (data is { Key: not null, Mode: DataMode.Append or DataMode.Extract })
        {
            var mode = data.Mode.ToString()!.ToLowerInvariant();
            Add("data.mode", "upsert, or none, where key is given; remove one of them", $"'{mode}'");
        }

        foreach (var (i, name) in (data.Key ?? []).Index().Where(k => k.Item == definition.Label))
        {
            Add(PlaceOf(data.Key!, i), "another column than the label", FieldText.Show(name));
        }

        // Tells of the name that an old file has, since the other one is right.
        if (definition.Training.Window?.Files is { } files && data.Window.Files is { } meant && files != meant)
        {
            Add(
                "training.window.files",
                $"the same as data.window.files, {meant}, as it is its earlier name; remove it",
                $"{files}");
        }

        void Add(string path, string expected, string found) => errors.Add(new DefinitionError(path, expected, found));
    }

    /// <summary>A single name of a key may be given without a list.</summary>
    public static string PlaceOf(IReadOnlyList<string> key, int index) =>
        key.Count == 1 ? "data.key" : $"data.key[{index}]";
}
