using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>Categories of which most were not there before, as after a change of codes.</summary>
internal sealed class OtherValues : Change
{
    private const double ManyNew = 0.3;
    private const int MinRowsPerValue = 20;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var (before, now) in context.Pairs)
        {
            // Where most values are rare, or change with time, new ones are usual.
            var isClosed = before.Values.Count > 0 && before.Present >= MinRowsPerValue * before.Distinct
                && !context.IsSlow(before);
            if (!isClosed || now.Present == 0 || before.Type != now.Type) continue;
            var known = before.Values.Select(v => v.Value).ToHashSet(StringComparer.Ordinal);
            var added = now.Values.Where(v => !known.Contains(v.Value)).ToList();
            var rows = added.Sum(v => v.Count);
            if (rows < (ManyNew + Distance.OtherShare(before)) * now.Present) continue;
            context.Explain(now.Name);
            yield return ChangeContext.Warn(
                AnomalyCodes.UnexpectedValue,
                now.Name,
                $"the {known.Count:N0} values of {FieldText.Show(now.Name)} in {context.Before!.Source}",
                $"{FieldText.List(added.Select(v => v.Value), atMost: 5)} in {(double)rows / now.Present:0.#%} of the "
                    + "rows; if they are other names for the same, export those of before",
                rows);
        }
    }
}
