using Serverless.Csv.Text;
using Serverless.Learning.Tables;

namespace Serverless.Learning.Changes;

/// <summary>
/// Numbers that are those of before times a constant: the distributions are far apart, and fall on one another once
/// one of the usual conversions is undone. Or numbers of which most are beyond all of before.
/// </summary>
internal sealed class OtherUnit : Change
{
    private const int MinNumbers = 30;
    private const int MinDistinct = 3;
    private const double MinApart = 0.25;
    private const double Outside = 0.9;
    private const double Steady = 0.3;
    private const double Ranges = 3;
    private const double MostLeft = 0.35;
    private const double LeftByDrift = 0.2;

    public override IEnumerable<Anomaly> Find(ChangeContext context)
    {
        foreach (var (before, now) in context.Pairs)
        {
            if (!before.IsNumeric || !now.IsNumeric || Math.Min(before.Distinct, now.Distinct) < MinDistinct) continue;
            if (Math.Min(before.Present - before.Zeros, now.Present - now.Zeros) < MinNumbers) continue;
            var what = Fitting(before, now) is { } unit
                ? $", as if {unit.Name}; export them in the unit of before"
                : IsBeyond(context, before, now)
                    ? $", beyond all values of before; check unit and sign of {FieldText.Show(now.Name)}"
                    : null;
            if (what is null) continue;
            context.Explain(now.Name);
            yield return ChangeContext.Warn(
                AnomalyCodes.OtherUnit,
                now.Name,
                $"values of {FieldText.Show(now.Name)} around {Middle(before):G4}, as in {context.Before!.Source}",
                $"around {Middle(now):G4}{what}");
        }
    }

    private static UnitConversion? Fitting(ColumnSketch before, ColumnSketch now)
    {
        var apart = Distance.Between(before, now);
        var noise = Distance.Noise(before, now);
        if (apart < Math.Max(1.5 * noise, MinApart * LargestDistance(now))) return null;
        var (unit, left) = UnitConversion.All
            .Select(u => (Unit: u, Left: Distance.OfNumbers(before, now, u.Undo)))
            .MinBy(u => (u.Left, u.Unit.Size));
        // Seasons and growth move values by small factors too. Another number of digits speaks against them, or values
        // that change so little within a file that they cannot come as far by the next one.
        var isStable = apart > NumberDrift.Parts * Math.Max(before.Drift, now.Drift);
        var isSure = unit.IsLarge ? !before.Trends : before.Decimals != now.Decimals || isStable;
        return isSure && left <= MostLeft * apart && left <= LeftByDrift + (noise / 4) ? unit : null;
    }

    /// <summary>
    /// Whether most numbers are beyond those of before: what changes within a file, such as a counter or a level,
    /// leaves its range by itself, if not far.
    /// </summary>
    private static bool IsBeyond(ChangeContext context, ColumnSketch before, ColumnSketch now)
    {
        var (lowest, highest) = (before.Quantiles[0], before.Quantiles[^1]);
        var beyond = Math.Max(Middle(now) - highest, lowest - Middle(now));
        var isFar = beyond > Ranges * (highest - lowest) || Math.Max(before.Drift, now.Drift) < Steady;
        return beyond > 0 && isFar && !before.Trends && !context.IsSlow(before)
            && Distance.Between(before, now) >= Outside * LargestDistance(now);
    }

    /// <summary>Zeros stay zeros in every unit: only the rest can move.</summary>
    private static double LargestDistance(ColumnSketch now) => 1 - ((double)now.Zeros / now.Present);

    private static double Middle(ColumnSketch column) => column.Quantiles[column.Quantiles.Count / 2];
}
