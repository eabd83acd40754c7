using System.Runtime.InteropServices;

namespace Serverless.Learning.History;

/// <summary>The time that two sets of rows have in common, ends included; without times all rows are in it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SharedTime(long From, long To)
{
    public const long Missing = long.MinValue;

    /// <summary>All rows.</summary>
    public static SharedTime All => new(Missing, long.MaxValue);

    public bool IsEmpty => From > To;

    /// <summary>The first and last time; empty without any.</summary>
    public static SharedTime Of(long[]? times)
    {
        if (times is null) return All;
        var (from, to) = (long.MaxValue, Missing);
        foreach (var time in times)
        {
            if (time == Missing) continue;
            from = Math.Min(from, time);
            to = Math.Max(to, time);
        }

        return new SharedTime(from, to);
    }

    public SharedTime With(SharedTime other) => new(Math.Max(From, other.From), Math.Min(To, other.To));

    /// <summary>The time that is in one of both.</summary>
    public SharedTime Or(SharedTime other) => new(Math.Min(From, other.From), Math.Max(To, other.To));

    /// <summary>A row without a time may be of any.</summary>
    public bool Has(long time) => time == Missing || (time >= From && time <= To);
}
