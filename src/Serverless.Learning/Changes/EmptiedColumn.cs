using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>A column that had values and has nearly none.</summary>
internal sealed class EmptiedColumn : Change
{
    private const double FewBefore = 0.5;
    private const double ManyNow = 0.9;
    private const int MinRows = 20;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var (before, now) in context.Pairs)
        {
            var isEmptied = now.Rows >= MinRows && now.Missing >= ManyNow * now.Rows
                && before.Missing <= FewBefore * before.Rows && !context.IsSlow(before);
            if (!isEmptied) continue;
            context.Explain(now.Name);
            var share = 1 - ((double)before.Missing / before.Rows);
            yield return ChangeContext.Warn(
                AnomalyCodes.NotPresent,
                now.Name,
                $"values of {FieldText.Show(now.Name)} in about {share:0.#%} of the rows, "
                    + $"as in {context.Before!.Source}",
                $"none in {(double)now.Missing / now.Rows:0.#%} of them; check the export's source of this column");
        }
    }
}
