using Serverless.Learning.Definition;

namespace Serverless.Core.Data;

/// <summary>The parts that a run reads.</summary>
/// <param name="Parts">Oldest first; at least one, unless there is none.</param>
/// <param name="LeftOut">What was left out that its owner may expect to be learned from, in sentences.</param>
internal sealed record PartWindow(IReadOnlyList<DataPart> Parts, IReadOnlyList<string> LeftOut)
{
    /// <summary>Max rows of all parts together: hashes of so many fit into the memory of a small instance.</summary>
    public const long MaxRows = 50_000_000;

    /// <param name="model">For messages.</param>
    /// <param name="intake">Of model.json as it is now.</param>
    public static PartWindow Of(string model, DataVersion version, DataSettings settings, string intake)
    {
        var leftOut = new List<string>();
        var usable = new List<DataPart>();
        foreach (var part in version.Parts)
        {
            if (part.Refused is { } refused && refused.Intake == intake)
            {
                leftOut.Add($"{part.FileOf(model)} is left out: {refused.Reason}");
            }
            else
            {
                usable.Add(part);
            }
        }

        var ordered = InOrder(usable, settings.Order);
        var first = Math.Max(0, ordered.Count - (settings.Window.Files ?? ordered.Count));
        var rows = 0L;
        for (var i = ordered.Count - 1; i >= first; i--)
        {
            rows += ordered[i].Rows;
            if (rows <= MaxRows || i == ordered.Count - 1) continue;
            leftOut.Add(
                $"{i + 1 - first:N0} of the {ordered.Count - first:N0} files, the oldest, are left out: a run learns "
                + $"from at most {MaxRows:N0} rows. Set data.window in model.json to choose how many.");
            first = i + 1;
            break;
        }

        return new PartWindow([.. ordered.Skip(first)], leftOut);
    }

    /// <summary>
    /// Oldest first, each content once: by time where all parts have one, otherwise by the natural order of names.
    /// Whatever the order in which the files came.
    /// </summary>
    /// <param name="order">Null: time where there is one.</param>
    public static IReadOnlyList<DataPart> InOrder(IReadOnlyList<DataPart> parts, DataOrder? order)
    {
        var byName = parts.OrderBy(p => p.Source, NaturalOrder.Instance).DistinctBy(p => p.SourceHash).ToList();
        return order == DataOrder.Name || byName.Exists(p => p.Until is null)
            ? byName
            : [.. byName.OrderBy(p => p.Until).ThenBy(p => p.From).ThenBy(p => p.Source, NaturalOrder.Instance)];
    }
}
