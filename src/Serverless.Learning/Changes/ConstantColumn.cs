using Serverless.Csv.Text;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>A column that had several values and has one.</summary>
internal sealed class ConstantColumn : Change
{
    private const double Chance = 1e-6;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var (before, now) in context.Pairs)
        {
            if (now.Distinct != 1 || before.Distinct < 2 || context.IsSlow(before)) continue;
            // How often as many rows drawn from before would all have its most frequent value.
            var most = before.TopShare > 0 ? before.TopShare : 0.5;
            if (now.Present * DeterministicMath.Log(most) > DeterministicMath.Log(Chance)) continue;
            context.Explain(now.Name);
            var value = now.Values.Count > 0 ? now.Values[0].Value : now.Zeros > 0 ? "0" : $"{now.Quantiles[0]:R}";
            yield return ChangeContext.Warn(
                AnomalyCodes.TooFewDistinct,
                now.Name,
                $"different values of {FieldText.Show(now.Name)}, as in {context.Before!.Source}",
                $"{FieldText.Show(value)} in every row; check whether the export fills in a default");
        }
    }
}
