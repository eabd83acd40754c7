using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>A column that the file before did not have.</summary>
internal sealed class NewColumn : Change
{
    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        if (context.Before is not { } before) yield break;
        foreach (var column in context.Now.Columns)
        {
            if (before.Find(column.Name) is not null || context.IsExplained(column.Name)) continue;
            context.Explain(column.Name);
            var effect = column.IsLearned
                ? "predictions will need it, so if it is not known then, set \"ignored\": true for it in features in "
                    + "model.json"
                : "nothing is learned from it, so predictions do not need it";
            yield return ChangeContext.Warn(
                AnomalyCodes.NewColumn,
                column.Name,
                $"the columns of {before.Source}",
                $"the new column {FieldText.Show(column.Name)}; {effect}");
        }
    }
}
