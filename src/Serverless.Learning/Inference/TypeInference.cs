using Serverless.Learning.Definition;

namespace Serverless.Learning.Inference;

/// <summary>Infers the type of a column's values, and whether they are useless to a model.</summary>
internal static class TypeInference
{
    /// <summary>
    /// Share of a column's values that may be broken; the rest decides the type, and rows with a broken value are bad.
    /// Otherwise a single typo would silently turn numbers into categories.
    /// </summary>
    private const double BrokenShare = 0.05;

    /// <summary>A label of more distinct numbers is not classes.</summary>
    public const int MaxNumericClasses = 20;

    /// <summary>As many numbers must begin with a zero, and as large a share, for all to be codes.</summary>
    private const int MinCodes = 3;
    private const double CodeShare = 0.01;

    /// <summary>A counter uses at least one in this many numbers.</summary>
    private const double MaxGap = 3;

    private const int MinCountedRows = 20;
    private const int MinTexts = 100;

    /// <summary>Up to as many whole numbers in a row may be classes, as written digits are.</summary>
    private const int MaxDigits = 10;

    /// <summary>Numbers that are classes have more rows each than this, on average.</summary>
    private const int MinRowsOfClass = 10;

    /// <param name="isBoolean">The few values that are neither true nor false are typos.</param>
    /// <param name="mayBeCodes">Numbers with leading zeros are codes.</param>
    public static (ColumnType Type, string Reason) TypeOf(ColumnProfile profile, bool isBoolean, bool mayBeCodes = true)
    {
        var present = profile.Present;
        if (mayBeCodes && AreCodes(profile))
        {
            return (ColumnType.Categorical, $"codes: {profile.LeadingZeros:N0} of them begin with a zero");
        }

        if (IsNearlyAll(profile.Numbers, present))
        {
            var rounded = profile.Rounded == 0 ? "" : "; whole numbers above 16,777,216 are rounded to seven digits";
            return (
                ColumnType.Numeric,
                Counted("numbers", profile.Numbers, $", such as {profile.FirstOther},") + rounded);
        }

        if (present > 0 && (profile.Booleans == present || isBoolean))
        {
            return (ColumnType.Boolean, Counted("true or false", profile.Booleans));
        }

        if (IsNearlyAll(profile.Timestamps, present))
        {
            return (ColumnType.Timestamp, Counted("timestamps", profile.Timestamps));
        }

        return (ColumnType.Categorical, $"{profile.Distinct:N0} different texts in {present:N0} sampled values");

        string Counted(string what, long count, string example = "") => count == present
            ? $"{what} in all of {present:N0} sampled values"
            : $"{what} in {count:N0} of {present:N0} sampled values; others{example} are bad";
    }

    /// <summary>Whether its numbers are codes, as postcodes are, since some begin with a zero.</summary>
    public static bool AreCodes(ColumnProfile profile) =>
        profile.LeadingZeros >= MinCodes && profile.LeadingZeros >= CodeShare * profile.Present;

    /// <summary>Why a column of this type is useless to a model; null if it may be useful.</summary>
    public static string? Useless(ColumnProfile profile, ColumnType type)
    {
        if (profile.Present == 0) return $"no value in {profile.Rows:N0} sampled rows";
        if (profile.Distinct == 1 && profile.Missing == 0)
        {
            return $"the same value in all of {profile.Rows:N0} sampled rows";
        }

        if (AreManyTexts(profile, type))
        {
            return "like an id or free text: "
                + $"{profile.Distinct:N0} different texts in {profile.Present:N0} sampled values";
        }

        // Tolerates a few missing steps, for lost rows.
        var counts = type == ColumnType.Numeric
            && profile.Rows >= MinCountedRows
            && profile.Integers == profile.Rows
            && (profile.CountingSteps >= 0.99 * (profile.Rows - 1) || IsCounter(profile));
        return counts ? "counts the rows" : null;
    }

    /// <summary>Whether most values occur once: free text, names, codes.</summary>
    public static bool AreManyTexts(ColumnProfile profile, ColumnType type) => type == ColumnType.Categorical
        && profile.Distinct > MinTexts && profile.Distinct > profile.Present / 2;

    /// <summary>Numbers that rise from row to row, with few passed over: an order's number.</summary>
    private static bool IsCounter(ColumnProfile profile) =>
        profile.Rises >= 0.99 * (profile.Rows - 1) && profile.Max - profile.Min <= MaxGap * profile.Rows;

    /// <summary>The task that a label suggests.</summary>
    /// <param name="labels">Profile of the label in every row.</param>
    /// <param name="type">The type given in model.json, if any.</param>
    /// <param name="isMoneyOrSo">The labels are written as only amounts are: with a unit or a decimal comma.</param>
    public static ModelTask TaskOf(ColumnProfile labels, ColumnType? type, bool isMoneyOrSo)
    {
        var classes = labels.Classes.Count - labels.Classes.Typos().Count;
        var numeric = (type is null or ColumnType.Numeric) && IsNearlyAll(labels.Numbers, labels.Present);
        var areAmounts = labels.Integers < labels.Numbers || isMoneyOrSo
            || classes > MaxNumericClasses || AreCounts(labels, classes);
        if (numeric && areAmounts) return ModelTask.Regression;
        return classes <= 2 ? ModelTask.Binary : ModelTask.Multiclass;
    }

    /// <summary>
    /// Whole numbers, more than there are digits, nearly without gaps or few of each: counts or scores, not classes.
    /// </summary>
    private static bool AreCounts(ColumnProfile labels, int classes) => classes > MaxDigits && labels.Min >= 0
        && (labels.Max - labels.Min < 1.5 * classes || labels.Present < MinRowsOfClass * classes);

    public static bool IsNearlyAll(long count, long of) => count > 0 && count >= (1 - BrokenShare) * of;
}
