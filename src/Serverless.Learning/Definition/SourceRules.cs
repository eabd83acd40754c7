using System.Text.RegularExpressions;
using Serverless.Csv.Text;

namespace Serverless.Learning.Definition;

/// <summary>Checks of <c>source</c> that JSON Schema cannot express.</summary>
internal static partial class SourceRules
{
    public static void Check(ModelDefinition definition, List<DefinitionError> errors)
    {
        if (definition.Source is not { } source) return;
        // Does not show what was found: it may be a secret, and messages are stored.
        if (!SettingName().IsMatch(source.Connection))
        {
            Add(
                "connection",
                "the name of an app setting that has the connection string (letters, digits, '_', '.', ':', '-')",
                source.Connection.AsSpan().ContainsAny("=/@")
                    ? "what looks like a connection string: it is a secret and must not be in this file, so remove it, "
                        + "change the password if others could read the file, and put the string into a setting"
                    : "other characters");
        }

        if (!SelectStatement().IsMatch(source.Query))
        {
            Add("query", "one statement that begins with SELECT or WITH", FieldText.Show(source.Query));
        }
        else if (source is { Kind: SourceKind.Sqlserver, Watermark: not null }
            && source.Query.TrimStart().StartsWith("with", StringComparison.OrdinalIgnoreCase))
        {
            Add(
                "query",
                "one that begins with SELECT where SQL Server has a watermark, as it becomes a subquery; put the WITH "
                    + "into a view",
                "WITH");
        }

        if (source is { DelaySeconds: > 0, Watermark: null })
        {
            Add("delaySeconds", "0 without a watermark", $"{source.DelaySeconds}");
        }

        ScheduleText.Check(source.Schedule, "source.schedule", errors);
        if (definition.Columns is not null || definition.Header == false)
        {
            errors.Add(new DefinitionError(
                definition.Columns is null ? "header" : "columns",
                "none with a source, whose files begin with the names of the query's columns",
                definition.Columns is null ? "false" : $"{definition.Columns.Count} names"));
        }

        void Add(string property, string expected, string found) =>
            errors.Add(new DefinitionError($"source.{property}", expected, found));
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.:-]{0,254}\z")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"^\s*(select|with)\s", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex SelectStatement();
}
