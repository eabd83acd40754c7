using Serverless.Core.Serving;
using Serverless.Learning.Features;
using Serverless.Learning.Numerics;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;

namespace Serverless.Core.Batch;

/// <summary>
/// Values of one feature that the version does not know, in rows that were predicted nevertheless. Part of a
/// checkpoint.
/// </summary>
/// <param name="Feature">Index in the signature.</param>
/// <param name="Line">Of the first such row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Examples">The first different values, at most <see cref="MaxExamples"/>.</param>
internal sealed record UnknownValues(int Feature, long Line, long Rows, IReadOnlyList<string> Examples)
{
    public const int MaxExamples = 5;

    /// <summary>Columns that a sentence names; the report has all.</summary>
    private const int MaxTold = 5;

    /// <summary>Of two stretches of a file, the first of which comes first; in the features' order.</summary>
    public static IReadOnlyList<UnknownValues> Join(
        IReadOnlyList<UnknownValues> first, IReadOnlyList<UnknownValues> then) =>
        then.Count == 0 ? first : [.. first.Concat(then).GroupBy(u => u.Feature).OrderBy(g => g.Key)
            .Select(g => g.Aggregate((a, b) => a with
            {
                Rows = a.Rows + b.Rows,
                Examples = [.. a.Examples.Union(b.Examples).Take(MaxExamples)],
            }))];

    /// <summary>A warning of the report.</summary>
    public Anomaly ToAnomaly(Signature signature, int version)
    {
        var feature = signature.Features[Feature];
        var expected = KnownCategories.Expected(feature, version);
        return ProfileAnomalies.Unknown(feature.Name, expected, Examples) with { Row = Line, Count = Rows };
    }

    /// <summary>A sentence for each of the first columns; nothing where all values are known.</summary>
    public static string Tell(BatchReport report) => string.Concat(
        report.Warnings.Where(w => w.Code == AnomalyCodes.UnexpectedValue).Take(MaxTold).Select(w =>
            $" It does not know {w.Found} in the column '{w.Column}', as {NumberFormat.Count(w.Count, "row")} "
            + $"({NumberFormat.Percent((double)w.Count / report.Rows)}) have."));
}
