using Serverless.Learning.Definition;

namespace Serverless.Learning.Inference;

/// <summary>Which type the values of a column have, and what in them is no use to a model.</summary>
internal static class TypeInference
{
    /// <summary>
    /// So much of a column's values may be broken; the rest decides its type, and rows with a broken value are bad.
    /// Otherwise a single typing error would turn numbers into categories without a word.
    /// </summary>
    private const double BrokenShare = 0.05;

    /// <summary>A label of more different numbers than this has no classes.</summary>
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

    /// <summary>Why a column of this type tells a model nothing; null where it may.</summary>
    public static string? Useless(ColumnProfile profile, ColumnType type)
    {
        if (profile.Present == 0) return $"no value in {profile.Rows:N0} sampled rows";
        if (profile.Distinct == 1 && profile.Missing == 0) return $"the same value in all of {profile.Rows:N0} sampled rows";
        if (type == ColumnType.Categorical && profile.Distinct > MinTexts && profile.Distinct > profile.Present / 2)
        {
            return $"like an id or free text: {profile.Distinct:N0} different texts in {profile.Present:N0} sampled values";
        }

        // A few steps may be missing where rows were lost.
        var counts = type == ColumnType.Numeric
            && profile.Rows >= MinCountedRows
            && profile.Integers == profile.Rows
            && profile.CountingSteps >= 0.99 * (profile.Rows - 1);
        return counts ? "counts the rows" : null;
    }

    /// <summary>What kind of label this is.</summary>
    /// <param name="labels">Of every row.</param>
    /// <param name="type">As model.json says; null where it says nothing.</param>
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
