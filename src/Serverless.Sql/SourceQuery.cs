using System.Data;
using System.Data.Common;
using Serverless.Csv.Text;
using Serverless.Learning.Definition;

namespace Serverless.Sql;

/// <summary>The statements of one pull, over an open connection.</summary>
/// <param name="limit">For each statement.</param>
internal sealed class SourceQuery(
    Database database, ModelDefinition definition, DbConnection connection, TimeSpan limit)
{
    private readonly SourceSettings _source = definition.Source!;
    private string _watermarkType = "";

    /// <summary>The query without what would end it, so that it can stand in another one.</summary>
    private string Query => _source.Query.TrimEnd().TrimEnd(';');

    private string Column => database.Quote(_source.Watermark!);

    private DbType WatermarkType => database.Watermarks[_watermarkType];

    /// <summary>Asks for the result's columns, and for no row.</summary>
    /// <returns>Why they are of no use, and what to do; null if they can be pulled.</returns>
    public async Task<string?> FindObstacleAsync(SourceState state, CancellationToken cancellationToken)
    {
        await using var command = Command(Query);
        await using var result = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken);
        var columns = SourceColumn.Of(result);
        var names = FieldText.List(columns.Select(c => c.Name));
        if (columns.FirstOrDefault(c => string.IsNullOrWhiteSpace(c.Name)) is not null)
        {
            return $"source.query: expected a name for each column, found {names}. Name them with AS.";
        }

        if (columns.GroupBy(c => c.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return $"source.query: expected columns of different names, found {FieldText.Show(twice.Key)} more than "
                + "once. Name them with AS.";
        }

        if (definition.Label is { } label && columns.All(c => c.Name != label))
        {
            return $"source.query: expected the label {FieldText.Show(label)} among the columns, found {names}. Add "
                + "it, or correct label in model.json.";
        }

        if (columns.FirstOrDefault(c => c.Cell is null) is { } other)
        {
            return $"source.query, column {FieldText.Show(other.Name)}: expected numbers, texts, dates, times or truth "
                + $"values, found {other.Type}. Leave the column out, or cast it to text.";
        }

        return _source.Watermark is null ? null : FindObstacle(state, columns, names);
    }

    /// <summary>Finds the greatest watermark above that of the pulls before; null if there is no new row.</summary>
    /// <param name="now">Rows younger than this by the delay are left for later.</param>
    public async Task<Watermark?> FindGreatestAsync(
        Watermark? from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = Command("");
        var until = _source.DelaySeconds > 0
            ? Watermark.At(now.AddSeconds(-_source.DelaySeconds), WatermarkType, database.IsUtc && IsWithOffset)
            : null;
        command.CommandText = $"select max({Column}) from ({Query}\n) as source{Where(command, from, until)}";
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull
            ? new Watermark(_source.Watermark!, _watermarkType, Watermark.Format(value, WatermarkType))
            : null;
    }

    /// <summary>Reads the rows up to a watermark that no pull before has read, by it; without one, all rows.</summary>
    public async Task<(PulledRows? Rows, string? Obstacle)> ReadAsync(
        Watermark? from, Watermark? to, CancellationToken cancellationToken)
    {
        await using var command = Command(Query);
        if (to is not null)
        {
            var where = Where(command, from, Watermark.Parse(to.Value, WatermarkType));
            command.CommandText = $"select * from ({Query}\n) as source{where} order by {Column}";
        }

        await using var rows = await command.ExecuteReaderAsync(
            CommandBehavior.SequentialAccess | CommandBehavior.SingleResult, cancellationToken);
        var (pulled, obstacle) = await PulledRows.ReadAsync(rows, cancellationToken);
        // Otherwise closing the reader reads all rows that are left.
        if (obstacle is not null) command.Cancel();
        return (pulled, obstacle);
    }

    private bool IsWithOffset => WatermarkType == DbType.DateTime;

    private string? FindObstacle(SourceState state, IReadOnlyList<SourceColumn> columns, string names)
    {
        var name = _source.Watermark!;
        if (columns.FirstOrDefault(c => c.Name == name) is not { } column)
        {
            return $"source.watermark: expected one of the query's columns {names}, found {FieldText.Show(name)}. "
                + "Names are compared letter by letter.";
        }

        if (!database.Watermarks.TryGetValue(column.Type, out var type))
        {
            return $"source.watermark, column {FieldText.Show(name)}: expected one of the types "
                + $"{string.Join(", ", database.Watermarks.Keys)}, found {column.Type}. Cast it in the query, or "
                + "choose another column.";
        }

        if (_source.DelaySeconds > 0 && Watermark.At(default, type, isUtc: false) is null)
        {
            return $"source.delaySeconds: expected 0, as the watermark {FieldText.Show(name)} is no time but "
                + $"{column.Type}, found {_source.DelaySeconds}.";
        }

        if (state.Watermark is { } before && (before.Column != name || before.Type != column.Type))
        {
            return $"source.watermark: expected {FieldText.Show(before.Column)} of {before.Type}, by which the files "
                + $"of datasets/…/source/ were pulled, found {FieldText.Show(name)} of {column.Type}. To begin anew, "
                + "delete these files and monitoring/…/source.json.";
        }

        _watermarkType = column.Type;
        return null;
    }

    /// <param name="to">Inclusive; null: no bound.</param>
    private string Where(DbCommand command, Watermark? from, object? to)
    {
        var conditions = new List<string>();
        if (from is not null) conditions.Add($"{Column} > {Add("@from", Watermark.Parse(from.Value, WatermarkType))}");
        if (to is not null) conditions.Add($"{Column} <= {Add("@to", to)}");
        return conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";

        string Add(string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, WatermarkType, value);
            command.Parameters.Add(parameter);
            return name;
        }
    }

    private DbCommand Command(string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.CommandTimeout = (int)Math.Ceiling(limit.TotalSeconds);
        return command;
    }
}
