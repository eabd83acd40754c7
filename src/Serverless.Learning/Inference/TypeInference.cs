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

    private const int MinCountedRows = 20;
    private const int MinTexts = 100;

    public static (ColumnType Type, string Reason) TypeOf(ColumnProfile profile)
    {
        var present = profile.Present;
        if (IsNearlyAll(profile.Numbers, present))
        {
            return (ColumnType.Numeric, Counted("numbers", profile.Numbers, $", such as {profile.FirstOther},"));
        }

        if (present > 0 && profile.Booleans == present) return (ColumnType.Boolean, Counted("true or false", present));
        if (IsNearlyAll(profile.Timestamps, present))
        {
            return (ColumnType.Timestamp, Counted("timestamps", profile.Timestamps));
        }

        return (ColumnType.Categorical, $"{profile.Distinct:N0} different texts in {present:N0} sampled values");

        string Counted(string what, long count, string example = "") => count == present
            ? $"{what} in all of {present:N0} sampled values"
            : $"{what} in {count:N0} of {present:N0} sampled values; others{example} are bad";
    }

    /// <summary>Why a column of this type is useless to a model; null if it may be useful.</summary>
    public static string? Useless(ColumnProfile profile, ColumnType type)
    {
        if (profile.Present == 0) return $"no value in {profile.Rows:N0} sampled rows";
        if (profile.Distinct == 1 && profile.Missing == 0)
        {
            return $"the same value in all of {profile.Rows:N0} sampled rows";
        }

        if (type == ColumnType.Categorical && profile.Distinct > MinTexts && profile.Distinct > profile.Present / 2)
        {
            return "like an id or free text: "
                + $"{profile.Distinct:N0} different texts in {profile.Present:N0} sampled values";
        }

        // Tolerates a few missing steps, for lost rows.
        var counts = type == ColumnType.Numeric
            && profile.Rows >= MinCountedRows
            && profile.Integers == profile.Rows
            && profile.CountingSteps >= 0.99 * (profile.Rows - 1);
        return counts ? "counts the rows" : null;
    }

    /// <summary>The task that a label suggests.</summary>
    /// <param name="labels">Profile of the label in every row.</param>
    /// <param name="type">The type given in model.json, if any.</param>
    public static ModelTask TaskOf(ColumnProfile labels, ColumnType? type)
    {
        var numeric = (type is null or ColumnType.Numeric) && IsNearlyAll(labels.Numbers, labels.Present);
        if (numeric && (labels.Integers < labels.Numbers || labels.Distinct > MaxNumericClasses))
        {
            return ModelTask.Regression;
        }

        return labels.Distinct <= 2 ? ModelTask.Binary : ModelTask.Multiclass;
    }

    public static bool IsNearlyAll(long count, long of) => count > 0 && count >= (1 - BrokenShare) * of;
}
