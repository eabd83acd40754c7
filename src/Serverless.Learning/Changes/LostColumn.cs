using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>A column of the file before that the new one lacks.</summary>
internal sealed class LostColumn : Change
{
    public override IEnumerable<Anomaly> Find(ChangeContext context) =>
        (context.Before?.Columns ?? [])
            .Where(c => context.Now.Find(c.Name) is null && !context.IsExplained(c.Name))
            .Select(c => ChangeContext.Warn(
                AnomalyCodes.MissingColumn,
                c.Name,
                $"the column {FieldText.Show(c.Name)}, as in {context.Before!.Source}",
                "no such column; export it again, or go on without it"));
}
