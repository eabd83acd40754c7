using Serverless.Csv.Text;
using Serverless.Learning.Inference;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>A lost column and a new one with like values and a like name, or at the same place.</summary>
internal sealed class RenamedColumn : Change
{
    private const double LikeValues = 0.15;
    private const double LikelyValues = 0.35;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        if (context.Before is not { } before) yield break;
        var lost = before.Columns.Where(c => context.Now.Find(c.Name) is null).ToList();
        var added = context.Now.Columns.Where(c => before.Find(c.Name) is null).ToList();
        var pairs = lost.SelectMany(l => added.Select(a => (Lost: l, Added: a, Score: Score(context, l, a))))
            .Where(p => p.Score > 0).OrderByDescending(p => p.Score).ToList();
        while (pairs.Count > 0)
        {
            var (old, renamed, _) = pairs[0];
            pairs.RemoveAll(p => p.Lost == old || p.Added == renamed);
            context.Explain(old.Name);
            context.Explain(renamed.Name);
            yield return ChangeContext.Warn(
                AnomalyCodes.RenamedColumn,
                old.Name,
                $"the column {FieldText.Show(old.Name)}, as in {before.Source}",
                $"{FieldText.Show(renamed.Name)} with like values instead; if it is the same column, "
                    + Remedy(old, renamed));
        }
    }

    private static string Remedy(ColumnSketch old, ColumnSketch renamed) =>
        $"set \"aliases\": {{\"{old.Name}\": [\"{renamed.Name}\"]}} in model.json";

    /// <summary>0 where they are not the same column.</summary>
    private static double Score(ChangeContext context, ColumnSketch lost, ColumnSketch added)
    {
        var name = NameLikeness.Of(lost.Name, added.Name);
        var isPlace = PlaceOf(context.Before!, lost) == PlaceOf(context.Now, added);
        var distance = Distance.Between(lost, added);
        var isTime = lost is { IsTime: true } && added is { IsTime: true };
        var isLike = distance <= LikeValues + Distance.Noise(lost, added) || isTime;
        var fits = isLike ? isPlace || name >= 0.5 || distance <= LikeValues
            : distance <= LikelyValues && (isPlace || name >= 0.5);
        // Empty and left out columns have no values to compare.
        if (!fits) fits = (lost.Present == 0 || added.Present == 0) && name >= 0.7;
        return fits ? 1 + name + (isPlace ? 0.5 : 0) - distance : 0;
    }

    private static int PlaceOf(DataProfile profile, ColumnSketch column) => profile.Columns.ToList().IndexOf(column);
}
