using System.Globalization;

namespace Serverless.Tests.Intake;

/// <summary>
/// Tables of random columns in a random mix of notation, layout, encoding and kind of file. The same seed gives the
/// same file.
/// </summary>
internal static class FuzzedExports
{
    private static readonly string[] _names =
    [
        "Umsatz", "Größe", "price", "net weight", "Ålder", "x", "alpha_1", "Total (net)", "q", "größe, cm", "a;b",
        "vitesse", "col|umn", "\"quoted\"", "höjd", "Volume", "MIXED Case", "rate:1", "kW", "Menge",
    ];

    private static readonly string[] _gaps =
        ["", "NA", "N/A", "null", "-", "NaN", "#N/A", "?", "\\N", "NULL", "None", "#DIV/0!", "nan"];

    private static readonly string[] _words = ["n.d.", "unknown", "k. A.", "fehlt", "missing"];

    private static readonly (string Yes, string No)[] _flags =
        [("yes", "no"), ("true", "false"), ("ja", "nein"), ("Y", "N"), ("1", "0"), ("oui", "non"), ("ON", "OFF")];

    private static readonly string[][] _categories =
    [
        ["red", "green", "blue"], ["Köln", "Århus", "Łódź", "Graz"], ["A", "B"], ["x, y", "x; y", "z"],
        ["say \"hi\"", "two\nlines", "plain"], ["low", "mid", "high", "very high", "off"], ["001", "012", "120", "077"],
    ];

    private static readonly string[] _sentences =
        ["der", "Kunde", "said", "it, then;", "went", "\"home\"", "été", "again", "and", "50%", "more"];

    private static readonly string[] _bad =
        ["3O.50", "n.n.", "~5", "abc", "12..5", "30.02.2024", "soon", "99/99/9999", "see below", "#", "1-2-"];

    public static async Task<IntakeFile> MakeAsync(int seed)
    {
        var random = new Random(seed);
        var rows = random.Next(30, 301);
        var export = new Export($"fuzzed/{seed}.csv", rows);
        var locale = new FuzzedLocale(random);
        if (random.Next(8) == 0) export.GapShare = 0.3;
        var names = new Queue<string>(Shuffled(random, _names));
        for (var left = random.Next(1, 8); left > 0; left--) AddFeature(export, locale, names.Dequeue(), random, rows);
        AddTypos(export, random, rows);
        AddLabel(export, locale, names.Dequeue(), random);
        export.Each(MaybeThousandth);
        return await FuzzedForm.WriteAsync(export, random);
    }

    private static void AddFeature(Export export, FuzzedLocale locale, string name, Random random, int rows)
    {
        string[] gaps = random.Next(2) == 0 ? [] : [.. Shuffled(random, _gaps).Take(random.Next(1, 3))];
        switch (random.Next(17))
        {
            case < 3:
                AddNumber(export, name, locale.Number(random.Next(4)), random, gaps, rows);
                break;
            case 3:
                AddNumber(export, name, locale.Money(), random, gaps, rows);
                break;
            case 4:
                export.Number(name, random.Next(2) == 0 ? 0 : -40, 100, locale.Percent(), gaps);
                break;
            case < 9:
                locale.AddMoment(export, name, gaps);
                break;
            case 9:
                var (yes, no) = _flags[random.Next(_flags.Length)];
                export.Flag(name, yes, no, gaps);
                break;
            case < 12:
                export.Category(name, _categories[random.Next(_categories.Length)], gaps);
                break;
            case 12:
                export.Id($"{name} id", (r, row) => $"{100_000 + (row * 7_919 % 100_003)}");
                break;
            case 13:
                export.Text(name, _sentences, gaps);
                break;
            case 14:
                AddMixed(export, name, locale, random);
                break;
            case 15:
                export.Column(name, IntakeKind.Number, Scientific);
                break;
            default:
                export.Column(name, IntakeKind.Text, (_, _) => (null, "")).Optional();
                break;
        }
    }

    private static void AddNumber(
        Export export, string name, NumberForm form, Random random, string[] gaps, int rows)
    {
        var (from, to) = Range(random);
        export.Number(name, from, to, form, gaps);
        // A word among few different values is one of them, and a rare one is a typo.
        if (random.Next(6) == 0 && rows >= 80 && form.Decimals > 0 && to - from > 50)
        {
            export.Word(name, _words[random.Next(_words.Length)], Math.Max(4, rows / 20));
        }
    }

    /// <summary>Amounts in two units, or beside words that differ: that no number is right must be said.</summary>
    private static void AddMixed(Export export, string name, FuzzedLocale locale, Random random)
    {
        var form = locale.Number(1);
        string[] others = random.Next(3) switch
        {
            0 => [" kg", " g"],
            1 => [" EUR", " USD", " CHF"],
            _ => ["", " or so", "?", " (est.)"],
        };
        var share = 0.1 + (0.4 * random.NextDouble());
        export.Column(name, IntakeKind.Number, (r, _) =>
        {
            var value = form.Round(r.NextDouble() * 900);
            return (value, form.Write(value) + (r.NextDouble() < share ? others[r.Next(1, others.Length)] : others[0]));
        });
    }

    private static (object? Value, string Text) Scientific(Random random, int row)
    {
        var value = (random.NextDouble() - 0.3) * double.Parse($"1E{random.Next(-9, 12)}", CultureInfo.InvariantCulture);
        var text = value.ToString(row % 3 == 0 ? "E3" : "0.###E+00", CultureInfo.InvariantCulture);
        return (double.Parse(text, CultureInfo.InvariantCulture), text);
    }

    private static (double From, double To) Range(Random random) => random.Next(6) switch
    {
        0 => (0, 1),
        1 => (-500, 500),
        2 => (0, 9_000),
        3 => (1_000, 5_000_000),
        4 => (1, 60),
        _ => (-1, 90),
    };

    /// <summary>At most one cell in forty rows: more than one in twenty reject the file.</summary>
    private static void AddTypos(Export export, Random random, int rows)
    {
        for (var left = random.Next(2) == 0 ? 0 : random.Next(1, Math.Min(4, rows / 40) + 1); left > 0; left--)
        {
            var measures = export.Columns.Where(c => c.Kind is IntakeKind.Number or IntakeKind.Moment).ToList();
            if (measures.Count == 0) return;
            export.Typos(measures[random.Next(measures.Count)].Name, _bad[random.Next(_bad.Length)]);
        }
    }

    private static void AddLabel(Export export, FuzzedLocale locale, string name, Random random)
    {
        var (from, to) = Range(random);
        _ = random.Next(5) switch
        {
            0 => export.NumberLabel(name, from, to, locale.Number(1 + random.Next(3))),
            1 => export.NumberLabel(name, from, to, locale.Money()),
            2 => export.ClassLabel(name, "no", "yes"),
            3 => export.ClassLabel(name, "A", "B", "C"),
            _ => export.NumberLabel(name, 0, 100, locale.Percent()),
        };
    }

    /// <summary>
    /// Where each sign stands before three digits, as thousands do, the other reading is no fault if it is said.
    /// </summary>
    private static IntakeColumn MaybeThousandth(IntakeColumn column, IReadOnlyList<string> texts)
    {
        if (column.Kind != IntakeKind.Number || column.OtherValues is not null) return column;
        var other = new List<object?>();
        foreach (var (value, text) in column.Values.Zip(texts))
        {
            var body = new string([.. text.Where(c => char.IsAsciiDigit(c) || c is '.' or ',')]).TrimEnd('.');
            var sign = body.IndexOfAny(['.', ',']);
            var isWhole = sign < 0;
            var fits = isWhole || (sign is >= 1 and <= 3 && body.Length == sign + 4 && body[0] != '0'
                && body.AsSpan(sign + 1).IndexOfAny('.', ',') < 0);
            if (value is not null && !fits) return column;
            var isThousands = value is double whole && Math.Abs(whole) >= 1000 && whole == Math.Floor(whole);
            other.Add(value is not double number || isWhole ? value : isThousands ? number / 1000 : number * 1000);
        }

        return column with { OtherIsTold = true, OtherValues = other };
    }

    public static IEnumerable<T> Shuffled<T>(Random random, IEnumerable<T> all)
    {
        T[] items = [.. all];
        random.Shuffle(items);
        return items;
    }
}
