using System.Collections.Frozen;
using System.Text.Json;
using Serverless.Learning.Definition;

namespace Serverless.Web.OpenInference;

internal enum TensorKind { Boolean, Integer, Number, Text }

/// <summary>
/// A datatype of the Open Inference Protocol, and its JSON values. In each, null is a missing value.
/// </summary>
internal sealed class TensorType
{
    private static readonly FrozenDictionary<string, TensorType> _all = new TensorType[]
    {
        new("BOOL", TensorKind.Boolean),
        new("INT8", sbyte.MinValue, (ulong)sbyte.MaxValue),
        new("INT16", short.MinValue, (ulong)short.MaxValue),
        new("INT32", int.MinValue, int.MaxValue),
        new("INT64", long.MinValue, long.MaxValue),
        new("UINT8", 0, byte.MaxValue),
        new("UINT16", 0, ushort.MaxValue),
        new("UINT32", 0, uint.MaxValue),
        new("UINT64", 0, ulong.MaxValue),
        new("FP16", (double)Half.MaxValue, value => (double)(Half)value),
        new("FP32", float.MaxValue, value => (float)value),
        new("FP64", double.MaxValue, value => value),
        new("BYTES", TensorKind.Text),
    }.ToFrozenDictionary(t => t.Name);

    private readonly long _min;
    private readonly ulong _max;
    private readonly double _limit;

    // Rounds to the nearest number of the type; beyond its range, to infinity.
    private readonly Func<double, double> _round = value => value;

    private TensorType(string name, TensorKind kind) => (Name, Kind) = (name, kind);

    private TensorType(string name, long min, ulong max)
        : this(name, TensorKind.Integer) => (_min, _max) = (min, max);

    private TensorType(string name, double limit, Func<double, double> round)
        : this(name, TensorKind.Number) => (_limit, _round) = (limit, round);

    public static IEnumerable<string> Names => _all.Keys.Order(StringComparer.Ordinal);

    public string Name { get; }

    public TensorKind Kind { get; }

    /// <summary>The allowed values, for an error message.</summary>
    public string Expected => Kind switch
    {
        TensorKind.Boolean => "true, false or null",
        TensorKind.Integer => $"a whole number from {_min} to {_max}, or null",
        TensorKind.Number => $"a number from {-_limit} to {_limit}, or null",
        _ => "a string or null",
    };

    /// <returns>Null if the protocol has no such type, or JSON cannot represent it.</returns>
    public static TensorType? Find(string name) => _all.GetValueOrDefault(name);

    /// <returns>The most specific datatype of a feature; tensors of other datatypes are accepted too.</returns>
    public static string NameFor(ColumnType type) => type switch
    {
        ColumnType.Numeric => "FP64",
        ColumnType.Boolean => "BOOL",
        _ => "BYTES",
    };

    /// <summary>Whether the current value is one of the type.</summary>
    public bool Fits(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => true,
        JsonTokenType.True or JsonTokenType.False => Kind == TensorKind.Boolean,
        JsonTokenType.String => Kind == TensorKind.Text && (!reader.ValueIsEscaped || IsText(ref reader)),
        JsonTokenType.Number when Kind == TensorKind.Number =>
            reader.TryGetDouble(out var number) && double.IsFinite(_round(number)),
        JsonTokenType.Number when Kind == TensorKind.Integer => _min < 0
            ? reader.TryGetInt64(out var signed) && signed >= _min && signed <= (long)_max
            : reader.TryGetUInt64(out var unsigned) && unsigned <= _max,
        _ => false,
    };

    /// <summary>A lone surrogate is valid JSON, but not valid text.</summary>
    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
