using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Two columns of which each has the other's values.</summary>
internal sealed class SwappedColumns : Change
{
    private const double Far = 0.3;
    private const double Near = 0.2;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        var moved = context.Pairs.Select(p => (p.Before, p.Now, Own: Distance.Between(p.Before, p.Now)))
            .Where(p => p.Own >= Far && p.Now.Rows > p.Now.Missing && p.Before.Present > 0).ToList();
        for (var i = 0; i < moved.Count; i++)
        {
            for (var j = i + 1; j < moved.Count; j++)
            {
                var (a, b) = (moved[i], moved[j]);
                var crossed = Math.Max(Distance.Between(a.Before, b.Now), Distance.Between(b.Before, a.Now));
                if (crossed > Near || 2 * crossed > Math.Min(a.Own, b.Own)) continue;
                if (context.IsExplained(a.Now.Name) || context.IsExplained(b.Now.Name)) continue;
                context.Explain(a.Now.Name);
                context.Explain(b.Now.Name);
                yield return ChangeContext.Warn(
                    AnomalyCodes.SwappedColumns,
                    a.Now.Name,
                    $"values of {FieldText.Show(a.Now.Name)} and {FieldText.Show(b.Now.Name)} as in "
                        + context.Before!.Source,
                    "each in the other column; check the order of the names in the export");
            }
        }
    }
}
