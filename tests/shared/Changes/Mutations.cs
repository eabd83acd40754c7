using System.Globalization;
using System.Text;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Tests.Changes;

/// <summary>What goes wrong with files that teams export, and what only looks so.</summary>
internal static class Mutations
{
    private static readonly string[] Unit =
        [AnomalyCodes.OtherUnit, AnomalyCodes.NumberTooBig, AnomalyCodes.NumberTooSmall];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        OfNumber("unit x 10", x => x * 10),
        OfNumber("unit x 1000", x => x * 1000),
        OfNumber("unit x 0.3048 (feet to metres)", x => x * 0.3048),
        OfNumber("unit x 1.8 + 32 (Celsius to Fahrenheit)", x => (x * 1.8) + 32),
        new("two columns swapped",
            [AnomalyCodes.SwappedColumns, AnomalyCodes.NotANumber, AnomalyCodes.NumberTooBig],
            (set, _, now) => now with { Names = Swapped(now.Names, set.Pair.One, set.Pair.Other) })
        { Columns = set => [set.Pair.One, set.Pair.Other] },
        new("dates a year later", [AnomalyCodes.MovedDates], (set, _, now) => Dates(set, now, d => d.AddYears(1)))
        { Columns = set => [set.Date!] },
        new("day and month swapped", [AnomalyCodes.SwappedDayAndMonth], (set, _, now) => Dates(set, now, Swapped))
        { Columns = set => [set.Date!] },
        new("file doubled (other name, other order)", [AnomalyCodes.RepeatedFile],
            (_, before, _) => before with { Rows = Shuffled(before.Rows, 5) }),
        new("all rows doubled", [AnomalyCodes.RepeatedRows],
            (_, _, now) => now with { Rows = [.. now.Rows, .. now.Rows] }),
        new("a fifth of the rows doubled", [AnomalyCodes.RepeatedRows],
            (_, _, now) => now with { Rows = [.. now.Rows.SelectMany((r, i) => i % 5 == 0 ? new[] { r, r } : [r])] }),
        new("column renamed", [AnomalyCodes.RenamedColumn],
            (set, _, now) => now with
            {
                Names = [.. now.Names.Select(n => n == set.Renamed.From ? set.Renamed.To : n)],
            })
        { Columns = set => [set.Renamed.From] },
        new("column lost", [AnomalyCodes.MissingColumn], (set, _, now) => Without(now, set.Renamed.From))
        { Columns = set => [set.Renamed.From] },
        new("column new", [AnomalyCodes.NewColumn], (_, _, now) => With(now, "branch", i => $"B{i % 7}"))
        { Columns = _ => ["branch"] },
        new("labels shuffled", [AnomalyCodes.UnrelatedLabels], (set, _, now) => ShuffledLabels(set, now))
        { Columns = set => [set.Label] },
        new("labels flipped", [AnomalyCodes.ReversedLabels, AnomalyCodes.UnrelatedLabels],
            (set, _, now) => FlippedLabels(set, now))
        { Columns = set => [set.Label] },
        new("labels that conflict", [AnomalyCodes.ConflictingLabels], (set, _, now) => now with
        {
            Rows =
            [
                .. now.Rows,
                .. FlippedLabels(set, now with { Rows = [.. now.Rows.Where((_, i) => i % 5 == 0)] }).Rows,
            ],
        })
        { Columns = set => [set.Label] },
        new("column constant", [AnomalyCodes.TooFewDistinct],
            (set, _, now) => now.Map(set.Number, (_, _) => now.Rows[0][now.Place(set.Number)]))
        { Columns = set => [set.Number] },
        new("column emptied", [AnomalyCodes.NotPresent], (set, _, now) => now.Map(set.Number, (_, _) => ""))
        { Columns = set => [set.Number] },
        new("categories recoded", [AnomalyCodes.UnexpectedValue, AnomalyCodes.UnexpectedType],
            (set, _, now) => now.Map(set.Category, (cell, _) => $"#{cell}"))
        { Columns = set => [set.Category] },
        new("footer", [AnomalyCodes.FooterLine], (_, _, now) => now with
        {
            Text = text => text + $"Total: {now.Rows.Count} rows\n",
        }),
        new("truncated in a row", [AnomalyCodes.Truncated], (_, _, now) => now with
        {
            Text = text => text[..(text.LastIndexOf(now.Delimiter, text.Length - 2) - 1)],
        }),
        new("text in a broken encoding", [AnomalyCodes.BrokenText, AnomalyCodes.RenamedColumn],
            (_, _, now) => now with { Text = text => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)) })
        {
            Prepare = (set, table) => Accented(set, table),
            Columns = set => [Accented(set.Category), set.Category],
        },
        new("(same) decimal commas and semicolons", [], (_, _, now) => DecimalCommas(now)),
        new("(same) columns in another order", [], (_, _, now) => Permuted(now)),
        new("(same) rows in another order", [], (_, _, now) => now with { Rows = Shuffled(now.Rows, 3) }),
        new("(same) other spelling of classes", [],
            (set, _, now) => now.Map(set.Label, (cell, _) => cell.ToUpperInvariant())),
        new("(same) UTF-16", [], (_, _, now) => now with { Encoding = Encoding.Unicode }),
        new("(same) untouched", [], (_, _, now) => now),
    ];

    private static Mutation OfNumber(string name, Func<double, double> change) => new(name, Unit,
        (set, _, now) => now.Map(set.Number, (cell, _) => Number(cell) is { } number ? Text(change(number)) : cell))
    { Columns = set => [set.Number] };

    private static double? Number(string cell) =>
        double.TryParse(cell, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(double number) => Math.Round(number, 4).ToString(CultureInfo.InvariantCulture);

    private static List<string> Swapped(IReadOnlyList<string> names, string one, string other) =>
        [.. names.Select(n => n == one ? other : n == other ? one : n)];

    private static DateTime Swapped(DateTime date) =>
        date.Day > 12 ? date : new DateTime(date.Year, date.Day, date.Month).Add(date.TimeOfDay);

    private static ChangeTable? Dates(ChangeDataSet set, ChangeTable now, Func<DateTime, DateTime> change) =>
        set.Date is not { } column ? null : now.Map(column, (cell, _) =>
        {
            var date = change(DateTime.Parse(cell, CultureInfo.InvariantCulture));
            var form = cell.Contains('T', StringComparison.Ordinal) ? "yyyy-MM-ddTHH:mm" : "yyyy-MM-dd";
            return date.ToString(form, CultureInfo.InvariantCulture);
        });

    private static List<T> Shuffled<T>(IReadOnlyList<T> items, ulong seed)
    {
        var (random, shuffled) = (new SplitMix64(seed), items.ToList());
        for (var i = shuffled.Count - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }

        return shuffled;
    }

    private static ChangeTable Without(ChangeTable table, string column)
    {
        var place = table.Place(column);
        return table with
        {
            Names = [.. table.Names.Where((_, i) => i != place)],
            Rows = [.. table.Rows.Select(r => r.Where((_, i) => i != place).ToArray())],
        };
    }

    private static ChangeTable With(ChangeTable table, string column, Func<int, string> value) => table with
    {
        Names = [column, .. table.Names],
        Rows = [.. table.Rows.Select((r, i) => (string[])[value(i), .. r])],
    };

    private static ChangeTable ShuffledLabels(ChangeDataSet set, ChangeTable now)
    {
        var labels = Shuffled([.. now.Rows.Select(r => r[now.Place(set.Label)])], 11);
        return now.Map(set.Label, (_, i) => labels[i]);
    }

    /// <summary>Each class becomes the next one; numbers are mirrored.</summary>
    private static ChangeTable FlippedLabels(ChangeDataSet set, ChangeTable now)
    {
        string[] labels = [.. now.Rows.Select(r => r[now.Place(set.Label)])];
        string[] classes = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length <= 20)
        {
            return now.Map(set.Label, (cell, _) => classes[(Array.IndexOf(classes, cell) + 1) % classes.Length]);
        }

        var most = labels.Max(l => Number(l)!.Value);
        return now.Map(set.Label, (cell, _) => Text(most - Number(cell)!.Value));
    }

    private static ChangeTable DecimalCommas(ChangeTable table) => table with
    {
        Delimiter = ';',
        Rows = [.. table.Rows.Select(r => Array.ConvertAll(r, cell =>
            Number(cell) is not null ? cell.Replace('.', ',') : cell))],
    };

    private static ChangeTable Permuted(ChangeTable table)
    {
        var order = Shuffled([.. Enumerable.Range(0, table.Names.Count)], 7);
        return table with
        {
            Names = [.. order.Select(i => table.Names[i])],
            Rows = [.. table.Rows.Select(r => order.Select(i => r[i]).ToArray())],
        };
    }

    private static string Accented(string text) => text.Replace('a', 'ä').Replace('e', 'é').Replace('C', 'Ç');

    /// <summary>Letters beyond ASCII in the texts, or in the name where the column has codes.</summary>
    private static ChangeTable Accented(ChangeDataSet set, ChangeTable table) =>
        table.Rows.All(r => Number(r[table.Place(set.Category)]) is not null)
            ? table with { Names = [.. table.Names.Select(n => n == set.Category ? Accented(n) : n)] }
            : table.Map(set.Category, (cell, _) => Accented(cell));
}
