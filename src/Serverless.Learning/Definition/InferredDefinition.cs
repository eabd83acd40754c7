namespace Serverless.Learning.Definition;

/// <summary>
/// Builds the <c>model.json</c> written for the owner to edit when the first data set came without one.
/// </summary>
public static class InferredDefinition
{
    /// <summary>
    /// Spells the schema out: every column by name with its type, and why one is left out. Inferring the same file with
    /// this definition gives the same columns.
    /// </summary>
    /// <param name="definition">The definition that inference started from; its other settings are kept.</param>
    public static ModelDefinition From(DatasetSchema schema, ModelDefinition definition) => definition with
    {
        Label = schema.Label,
        Task = schema.Task,
        Time = schema.Time,
        TimeParts = schema.TimeParts,
        Id = schema.Id,
        Positive = schema.Positive,
        Features =
        [
            .. schema.Columns.Where(IsFeature).Select(c => Feature(c, definition)),
            .. definition.Features.Where(f => !schema.Columns.Any(c => c.Name == f.Name && IsFeature(c))),
        ],
    };

    private static bool IsFeature(ColumnSchema column) => column.Role is ColumnRole.Feature or ColumnRole.Ignored;

    private static FeatureDefinition Feature(ColumnSchema column, ModelDefinition definition)
    {
        var asked = definition.Features.FirstOrDefault(f => f.Name == column.Name);
        var ignored = column.Role == ColumnRole.Ignored;
        return (asked ?? new FeatureDefinition { Name = column.Name }) with
        {
            Type = column.Type,
            Format = asked?.Format ?? column.Notation,
            Ignored = ignored,
            Comment = asked?.Comment ?? (ignored ? column.Reason : null),
        };
    }
}
