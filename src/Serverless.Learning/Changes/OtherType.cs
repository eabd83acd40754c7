using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>A column whose values are of another type.</summary>
internal sealed class OtherType : Change
{
    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var (before, now) in context.Pairs)
        {
            // Few different values can be truths or numbers by chance.
            var isSure = before.Distinct > 2 && now.Distinct > 2;
            if (before.Type == now.Type || before.Present == 0 || now.Present == 0 || !isSure) continue;
            context.Explain(now.Name);
            yield return ChangeContext.Warn(
                AnomalyCodes.UnexpectedType,
                now.Name,
                $"a {Name(before)} column {FieldText.Show(now.Name)}, as in {context.Before!.Source}",
                $"a {Name(now)} one; correct the export, or set \"type\" of it in features in model.json");
        }
    }

    private static string Name(ColumnSketch column) => column.Type.ToString().ToLowerInvariant();
}
