using System.Data.Common;
using System.Text.RegularExpressions;

namespace Serverless.Sql;

/// <summary>A column of a query's result.</summary>
/// <param name="Type">The database's name of its type, without length or precision.</param>
/// <param name="Cell">
/// Writes a value that is not null; null if the type has no text that a model could learn from.
/// </param>
internal sealed partial record SourceColumn(string Name, string Type, CellWriter? Cell)
{
    public static IReadOnlyList<SourceColumn> Of(DbDataReader result) =>
    [
        .. Enumerable.Range(0, result.FieldCount).Select(i =>
        {
            var type = Precision().Replace(result.GetDataTypeName(i), "");
            return new SourceColumn(result.GetName(i), type, Cells.Find(result.GetFieldType(i), type));
        }),
    ];

    /// <summary>As in <c>numeric(10,2)</c> and <c>timestamp(3) with time zone</c>.</summary>
    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Precision();
}
