using System.Text;
using Serverless.Csv.Cells;
using Serverless.Csv.Parts;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Csv.Values;
using Serverless.Learning.Definition;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;

namespace Serverless.Learning.Inference;

/// <summary>
/// Finds how a file's cells are written. First each column tells what its cells may be; then the columns that leave no
/// choice decide for those that do: <c>1,234</c> is a decimal comma where another column has <c>10,5</c>.
/// </summary>
internal sealed class FormatDetection
{
    /// <summary>As few distinct values with a word among them are categories, and the word is one.</summary>
    private const int FewValues = 20;

    /// <summary>Share of a column of truths that may be typos.</summary>
    private const double TypoShare = 0.02;

    private readonly IReadOnlyList<string> _names;
    private readonly ModelDefinition _definition;
    private readonly int _label;
    private readonly StridedRowSample _sample;
    private readonly byte _delimiter;
    private readonly ColumnProfile[] _profiles;
    private readonly ColumnEvidence?[] _evidence;

    private FormatDetection(
        IReadOnlyList<string> names, ModelDefinition definition, StridedRowSample sample, CsvSource source,
        int threads)
    {
        (_names, _definition, _sample, _delimiter) = (names, definition, sample, source.Csv.Delimiter);
        _label = definition.Label is { } label ? names.ToList().IndexOf(label) : names.Count - 1;
        _profiles = ColumnProfile.OfColumns(sample, names.Count, threads);
        _evidence = new ColumnEvidence?[names.Count];
        if (source.Part is not null) return;
        OrderedParallel.For(threads, names.Count, i =>
        {
            if (NeedsLook(i)) _evidence[i] = ColumnEvidence.Of(sample, i, MissingOf(i));
        });
    }

    /// <summary>
    /// Finds the formats, or takes those that a part tells, rewrites the sample by them, and profiles it.
    /// </summary>
    /// <param name="source">The file; a semicolon as its delimiter speaks for decimal commas.</param>
    /// <param name="threads">Max threads; the result does not depend on it.</param>
    public static (FileFormats Formats, ColumnProfile[] Profiles) Run(
        IReadOnlyList<string> names, ModelDefinition definition, StridedRowSample sample, CsvSource source, int threads)
    {
        var detection = new FormatDetection(names, definition, sample, source, threads);
        var profiles = detection._profiles;
        var formats = source.Part is { } part ? detection.Stored(part) : detection.Decide();
        if (formats.IsPlain) return (formats, profiles);
        sample.Rewrite(formats);
        for (var i = 0; i < profiles.Length; i++)
        {
            if (formats.Of(i) is not null) profiles[i] = ColumnProfile.Of(sample, i);
        }

        return (formats, profiles);
    }

    private FileFormats Stored(PartDescription part) => new(
        [.. part.Columns.Select((c, i) => Stored(c.ToFormat(), MissingOf(i)))],
        [.. part.Columns.Select(c => c.Note)],
        [.. part.Columns.Select(c => c.Example)]);

    /// <param name="words">Those that model.json names now count as missing too.</param>
    private static CellFormat? Stored(CellFormat? format, byte[][] words)
    {
        if (words.Length == 0) return format;
        return format is MissingFormat before
            ? new MissingFormat(before.Inner, [.. words, .. before.Words])
            : new MissingFormat(format, words);
    }

    private FileFormats Decide()
    {
        var decimalSign = FindDecimalSign();
        var order = FindOrder(decimalSign);
        var columns = new CellFormat?[_names.Count];
        var notes = new string?[_names.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            var found = Asked(i) is { Format: { } given }
                ? new Found(FormatChoice.Of(given, _evidence[i]), null)
                : Find(i, decimalSign, order);
            (columns[i], notes[i]) = WithMissing(i, found);
        }

        return new FileFormats(columns, notes, [.. columns.Select((_, i) => Example(i))]);
    }

    /// <summary>The first cell that is not missing.</summary>
    private string? Example(int column)
    {
        for (var row = 0; row < _sample.Count; row++)
        {
            if (!MissingText.Is(_sample.Field(row, column))) return FieldText.Show(_sample.Field(row, column));
        }

        return null;
    }

    private FeatureDefinition? Asked(int column) => _definition.Features.FirstOrDefault(f => f.Name == _names[column]);

    private byte[][] MissingOf(int column) =>
        [.. (_definition.Missing ?? []).Concat(Asked(column)?.Missing ?? []).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Columns of plain numbers, timestamps and truths have nothing to find.</summary>
    private bool NeedsLook(int column)
    {
        var profile = _profiles[column];
        var asked = Asked(column);
        if (IsText(column) || profile.Present == 0) return false;
        if (asked is { Format: not null }) return true;
        return profile.Numbers < profile.Present && profile.Timestamps < profile.Present
            && (profile.Booleans < profile.Present || IsFlag(column));
    }

    private bool IsText(int column) => Asked(column) is { Type: ColumnType.Categorical } or { Values: not null };

    private bool IsFlag(int column) => _profiles[column].Distinct == 1 && _profiles[column].Missing > 0;

    private (CellFormat? Format, string? Note) WithMissing(int column, Found found)
    {
        // Where a value is required, what is no value is shown as it is written.
        if (Asked(column)?.Required == true) found = found with { Missing = [] };
        byte[][] words = [.. MissingOf(column), .. found.Missing];
        if (words.Length == 0) return (found.Format, found.Note);
        var note = found.Missing.Count == 0
            ? found.Note
            : $"{found.Note ?? "numbers"}; {WordCounts.Show(found.Missing)} counts as missing";
        return (new MissingFormat(found.Format, words), note);
    }

    private Found Find(int column, char decimalSign, DateOrder order)
    {
        if (_evidence[column] is not { } evidence)
        {
            if (IsText(column)) return Found.None;
            var isComma = decimalSign == ',' && HasCommaColumn;
            if (isComma && FormatChoice.AreThousands(_sample, column)) return FormatChoice.Thousands;
            if (column == _label) return FormatChoice.MaybeThousands(_sample, column, _profiles[column]);
            var found = FormatChoice.OfPlainNumbers(_names[column], _profiles[column], _sample, column);
            return found.Format is null ? FormatChoice.MaybeThousands(_sample, column, _profiles[column]) : found;
        }

        var type = Asked(column)?.Type;
        if (column == _label && _definition.Task is ModelTask.Binary or ModelTask.Multiclass) return Found.None;
        if (type is null or ColumnType.Numeric && Numbers(column, evidence, decimalSign) is { } numbers)
        {
            if (column == _label || type is not null) return numbers;
            var dates = FormatChoice.OfPlainNumbers(_names[column], _profiles[column], _sample, column);
            return dates.Format is null ? numbers : dates with { Missing = numbers.Missing };
        }

        if (column == _label) return Unread(column, evidence);
        if (type is null or ColumnType.Numeric && TypeInference.IsNearlyAll(evidence.Durations, evidence.Present))
        {
            return FormatChoice.With(new DurationFormat(), evidence);
        }

        if (type is null or ColumnType.Timestamp && Dates(column, evidence, order) is { } moments) return moments;
        var truths = type is null or ColumnType.Boolean ? Booleans(evidence) : Found.None;
        return truths.Format is null && type is null ? Unread(column, evidence) : truths;
    }

    /// <summary>Codes and truths are no lost numbers.</summary>
    private Found Unread(int column, ColumnEvidence evidence) =>
        TypeInference.AreCodes(_profiles[column]) || evidence.HasBothTruths
            ? Found.None
            : FormatChoice.Unread(evidence);

    private Found? Numbers(int column, ColumnEvidence evidence, char decimalSign)
    {
        var numbers = evidence.Numbers;
        var sign = FormatChoice.OwnSign(numbers) ?? decimalSign;
        var fits = numbers.Fits(sign);
        // A label's words may be classes.
        var (words, cells) = column == _label ? ([], 0) : numbers.Others.Repeated();
        if (TypeInference.AreCodes(_profiles[column])) return null;
        if (!AreNearlyAll(column, evidence, fits, cells)) return null;
        if (_profiles[column].Numbers >= fits && sign == '.')
        {
            return FormatChoice.MaybeThousands(_sample, column, _profiles[column]) with { Missing = words };
        }

        var found = FormatChoice.With(numbers.ToFormat(sign), evidence) with { Missing = words };
        if (FormatChoice.OwnSign(numbers) is not null || numbers.Ambiguous is not { } example) return found;
        var (other, value) = sign == ',' ? ("decimalPoint", "a decimal point") : ("decimalComma", "a decimal comma");
        return found with
        {
            Note = $"{found.Note}; ambiguous: '{example}' could also have {value}; if so, "
                + $"set \"format\": \"{other}\" in model.json",
        };
    }

    private Found? Dates(int column, ColumnEvidence evidence, DateOrder usual)
    {
        var dates = evidence.Dates;
        var own = FormatChoice.OwnOrder(dates);
        var order = own ?? usual;
        var (words, cells) = dates.Others.Repeated();
        if (!AreNearlyAll(column, evidence, dates.Fits(order), cells)) return null;
        var found = FormatChoice.With(new DateFormat(order), evidence) with { Missing = words };
        if (own is not null || dates.Ambiguous is not { } example) return found;
        var other = order == DateOrder.DayFirst ? "monthFirst" : "dayFirst";
        return found with
        {
            Note = $"{found.Note}; ambiguous: '{example}' could also be the other way round; if so, "
                + $"set \"format\": \"{other}\" in model.json",
        };
    }

    private static Found Booleans(ColumnEvidence evidence)
    {
        if (evidence.IsFlag) return FormatChoice.With(new BooleanFormat(blankIsFalse: true), evidence);
        var others = evidence.NoBooleans;
        var few = others.AreTypos && others.Cells <= TypoShare * evidence.Present;
        return evidence.HasBothTruths && few
            ? FormatChoice.With(new BooleanFormat(blankIsFalse: false), evidence)
            : Found.None;
    }

    /// <summary>
    /// Whether nearly all cells fit, those aside whose word stands for a missing value; at least half of all must fit.
    /// </summary>
    private bool AreNearlyAll(int column, ColumnEvidence evidence, long fits, long missing)
    {
        if (!TypeInference.IsNearlyAll(fits, evidence.Present - missing) || 2 * fits < evidence.Present) return false;
        return TypeInference.IsNearlyAll(fits, evidence.Present) || _profiles[column].Distinct > FewValues;
    }

    private bool HasCommaColumn => _evidence.Any(e => e is not null && FormatChoice.OwnSign(e.Numbers) == ',');

    /// <summary>The decimal sign of columns that do not tell it: that of most others, or by the delimiter.</summary>
    private char FindDecimalSign()
    {
        var commas = _evidence.Count(e => e is { IsText: false } && FormatChoice.OwnSign(e.Numbers) == ',');
        var points = _evidence.Count(e => e is { IsText: false } && FormatChoice.OwnSign(e.Numbers) == '.')
            + Enumerable.Range(0, _names.Count).Count(HasPlainFractions);
        if (commas != points) return commas > points ? ',' : '.';
        return _delimiter == ';' && points == 0 ? ',' : '.';
    }

    private bool HasPlainFractions(int column) => _evidence[column] is null
        && _profiles[column].Integers < _profiles[column].Numbers && !FormatChoice.AreThousands(_sample, column);

    /// <summary>The order of dates that do not tell it: by the others, AM and PM, points, the decimal sign.</summary>
    private DateOrder FindOrder(char decimalSign)
    {
        var dates = _evidence.Where(e => e is { IsText: false, Dates.Best: > 0 }).Select(e => e!.Dates).ToList();
        var days = dates.Count(d => FormatChoice.OwnOrder(d) == DateOrder.DayFirst);
        var months = dates.Count(d => FormatChoice.OwnOrder(d) == DateOrder.MonthFirst);
        if (days != months) return days > months ? DateOrder.DayFirst : DateOrder.MonthFirst;
        if (dates.Exists(d => d.HasHalfDays)) return DateOrder.MonthFirst;
        if (dates.Exists(d => d.HasPoints) || decimalSign == ',' || _delimiter == ';') return DateOrder.DayFirst;
        var back = dates.Sum(d => d.StepsBack(DateOrder.DayFirst) - d.StepsBack(DateOrder.MonthFirst));
        return back < 0 ? DateOrder.DayFirst : DateOrder.MonthFirst;
    }
}
