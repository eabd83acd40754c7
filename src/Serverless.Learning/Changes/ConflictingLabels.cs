using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Rows with equal features and different labels, far more than before.</summary>
internal sealed class ConflictingLabels : Change
{
    private const double Many = 0.05;
    private const int MinPairs = 10;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        if (context is not { Before.Repeats: { } before, Now.Repeats: { } now } || before.Key != now.Key) yield break;
        var usual = RepeatedRows.ExpectedPairs(before.Conflicts, before, now);
        if (now.Conflicts <= (2 * usual) + (Many * now.Rows) + MinPairs) yield break;
        yield return ChangeContext.Warn(
            AnomalyCodes.ConflictingLabels,
            context.Now.Label,
            $"about {usual:N0} pairs of rows with equal features and different "
                + $"{FieldText.Show(context.Now.Label)}, as in {context.Before.Source}",
            $"{now.Conflicts:N0}; find out which of the labels are right");
    }
}
