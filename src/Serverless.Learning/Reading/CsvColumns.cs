using System.Buffers;
using System.Text;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Reading;

/// <summary>A file's column names: from its first row, or from <c>model.json</c> for files without a header.</summary>
/// <param name="Header">The header as stored, to precede quarantined rows; empty without a header.</param>
/// <param name="Rejection">Why the file's columns cannot be read; the names are then empty.</param>
public sealed record CsvColumns(IReadOnlyList<string> Names, byte[] Header, Anomaly? Rejection)
{
    /// <summary>Whether files that follow this definition begin with names.</summary>
    public static bool ExpectsHeader(ModelDefinition definition) => definition.Header ?? definition.Columns is null;

    /// <summary>Reads the names of a file's columns.</summary>
    public static async Task<CsvColumns> ReadAsync(
        CsvSource source, ModelDefinition definition, CancellationToken cancellationToken)
    {
        if (source.Table is not { } table) return await ReadAsync(source.Csv, definition, cancellationToken);
        try
        {
            await table.OpenAsync(cancellationToken);
        }
        catch (UnreadableTextException e)
        {
            return Reject(Anomaly.Of(e.Damage)!);
        }

        if (table.Names.Count > CsvTokenizer.MaxFields)
        {
            return Reject(Anomaly.Of(new CsvDamage(
                CsvDamage.TooManyColumns, $"at most {CsvTokenizer.MaxFields:N0} columns", $"{table.Names.Count:N0}"))!);
        }

        var header = new ArrayBufferWriter<byte>();
        table.WriteNames(header);
        return Of([.. table.Names], areNames: true, header.WrittenSpan[..^1].ToArray(), definition);
    }

    /// <summary>
    /// Reads the header, if any; afterwards the tokenizer is positioned before the first row of data.
    /// </summary>
    public static async Task<CsvColumns> ReadAsync(
        CsvTokenizer csv, ModelDefinition definition, CancellationToken cancellationToken)
    {
        while (!csv.TryRead())
        {
            if (await csv.FillAsync(cancellationToken)) continue;
            return Reject(Anomaly.Of(csv.Damage) ?? Problem(AnomalyCodes.Empty, "a header or rows", "an empty file"));
        }

        if (!csv.HasNames && !ExpectsHeader(definition))
        {
            csv.ReadAgain();
            return new CsvColumns(definition.Columns ?? Numbered(csv.FieldCount), [], null);
        }

        if (csv.Fault != QuoteFault.None)
        {
            return Reject(Problem(
                AnomalyCodes.StrayQuote, "a header whose quotes are closed", FieldText.Show(csv.Record)));
        }

        string[] names =
            [.. Enumerable.Range(0, csv.FieldCount).Select(i => Encoding.UTF8.GetString(csv.Field(i)))];
        return Of(names, csv.HasNames, csv.Record.ToArray(), definition);
    }

    private static CsvColumns Of(string[] names, bool areNames, byte[] header, ModelDefinition definition)
    {
        for (var i = 0; i < names.Length; i++)
        {
            // Tools that write a row number, such as pandas, leave its column name empty.
            var name = names[i].Trim();
            names[i] = name.Length > 0 ? name : Number(i);
        }

        Rename(names, definition.Aliases);
        return Check(names, areNames || definition.Header is not null) is { } problem
            ? Reject(problem)
            : new CsvColumns(names, header, null);
    }

    /// <summary>Rejects a first row that looks like data.</summary>
    public static Anomaly HeaderLooksLikeData(string why) => Problem(
        AnomalyCodes.HeaderIsData,
        "column names in the first row",
        $"{why}, which looks like data; where files have no header, set \"columns\" to their names in model.json, "
            + "and \"header\": true where these are the names");

    private static Anomaly? Check(string[] names, bool areNames)
    {
        // Before duplicates, which a first row of data often has.
        var number = Array.Find(names, n => Utf8NumberParser.TryParse(Encoding.UTF8.GetBytes(n), out _));
        if (number is not null && !areNames)
        {
            return HeaderLooksLikeData($"the number {FieldText.Show(number)}");
        }

        var duplicate = names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1);
        return duplicate is null
            ? null
            : Problem(
                AnomalyCodes.DuplicateColumn,
                "column names that differ",
                $"{FieldText.Show(duplicate.Key)} {duplicate.Count()} times") with
            { Column = duplicate.Key };
    }

    /// <summary>Gives columns their names in model.json, unless the file has a column of that name too.</summary>
    private static void Rename(string[] names, IReadOnlyDictionary<string, IReadOnlyList<string>>? aliases)
    {
        if (aliases is null) return;
        var present = names.ToHashSet();
        for (var i = 0; i < names.Length; i++)
        {
            var known = aliases.FirstOrDefault(a => a.Value.Contains(names[i])).Key;
            if (known is not null && !present.Contains(known)) names[i] = known;
        }
    }

    private static string[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(Number)];

    private static string Number(int index) => $"column{index + 1}";

    private static CsvColumns Reject(Anomaly rejection) => new([], [], rejection);

    private static Anomaly Problem(string code, string expected, string found) =>
        new(code, AnomalySeverity.Error, Column: null, Row: null, expected, found);
}
