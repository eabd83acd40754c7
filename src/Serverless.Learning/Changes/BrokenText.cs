using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Texts that were read in the wrong encoding before they were exported.</summary>
internal sealed class BrokenText : Change
{
    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var now in context.Now.Columns)
        {
            if (now.Garbled == 0 || context.IsExplained(now.Name)) continue;
            var before = context.Before?.Find(now.Name);
            // What was broken before is no change, and its model knows it so.
            if (before is not null && (double)before.Garbled / before.Rows * 3 * now.Rows > now.Garbled) continue;
            context.Explain(now.Name);
            var example = now.Values.FirstOrDefault(v => GarbledText.Is(v.Value))?.Value;
            yield return ChangeContext.Warn(
                AnomalyCodes.BrokenText,
                now.Name,
                $"text of one encoding in {FieldText.Show(now.Name)}",
                (example is null ? "broken letters" : FieldText.Show(example))
                    + ", as UTF-8 that was read as Windows-1252 gives; export as UTF-8",
                now.Garbled);
        }
    }
}
