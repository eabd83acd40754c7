using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>
/// One value of a tensor. Follows the rules of <c>predict</c>, but also accepts numbers for other types, because a
/// tensor has a single datatype: 0 and 1 for a boolean, seconds since 1970-01-01 UTC for a timestamp (as in
/// model.onnx), and for a category a number in its shortest form (1.0 is "1").
/// </summary>
internal readonly ref struct TensorValue
{
    private const int MaxCodeBytes = 32;

    private readonly ReadOnlySpan<byte> _text;
    private readonly TensorType _type;

    /// <param name="text">Begins with the value, which must fit the type; further text must follow it.</param>
    public TensorValue(ReadOnlySpan<byte> text, TensorType type)
    {
        _text = text;
        _type = type;
    }

    /// <summary>Reads the value into a row.</summary>
    /// <param name="field">The field of the version.</param>
    /// <returns>What was expected and what was found; null if the value fits.</returns>
    public (string Expected, string Found)? ReadInto(RequestRows rows, int row, ServedModel served, RowField field)
    {
        var reader = Read();
        return Set(ref reader, rows, row, served, field) is { } expected
            ? (expected, RequestErrorText.Found(ref reader))
            : null;
    }

    /// <summary>Writes the value as JSON, as a row of <c>predict</c> has it.</summary>
    public void WriteTo(Stream json, RowFieldKind kind)
    {
        var reader = Read();
        if (IsNumberFor(kind, ref reader))
        {
            var number = reader.GetDouble();
            switch (kind)
            {
                case RowFieldKind.Boolean when number is 0 or 1:
                    json.Write(number == 1 ? "true"u8 : "false"u8);
                    return;
                case RowFieldKind.Timestamp when TryMoment(number, out var moment):
                    const string format = "'\"'yyyy-MM-dd'T'HH:mm:ss.fffffff'Z\"'";
                    json.Write(Encoding.UTF8.GetBytes(moment.ToString(format, CultureInfo.InvariantCulture)));
                    return;
                case RowFieldKind.Text when _type.Kind == TensorKind.Number:
                    json.Write(Code(number, stackalloc byte[MaxCodeBytes]));
                    return;
            }
        }

        json.Write(_text[..(int)reader.BytesConsumed]);
    }

    private string? Set(ref Utf8JsonReader reader, RequestRows rows, int row, ServedModel served, RowField field)
    {
        var values = new RowValueReader(served, rows);
        if (IsNumberFor(field.Kind, ref reader))
        {
            var number = reader.GetDouble();
            switch (field.Kind)
            {
                case RowFieldKind.Boolean when number is 0 or 1:
                    served.Encoder.SetBoolean(rows.Slots(row), field.Feature, number == 1);
                    return null;
                case RowFieldKind.Timestamp when TryMoment(number, out var moment):
                    served.Encoder.SetTimestamp(rows.Slots(row), field.Feature, moment.Ticks);
                    return null;
                case RowFieldKind.Text when _type.Kind == TensorKind.Number:
                    return values.SetText(field, row, Code(number, stackalloc byte[MaxCodeBytes]));
            }
        }

        return values.Read(ref reader, field, row);
    }

    private Utf8JsonReader Read()
    {
        var reader = new Utf8JsonReader(_text, isFinalBlock: false, default);
        reader.Read();
        return reader;
    }

    private static bool IsNumberFor(RowFieldKind kind, ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number
        && kind is RowFieldKind.Boolean or RowFieldKind.Timestamp or RowFieldKind.Text;

    private static bool TryMoment(double seconds, out DateTime moment)
    {
        var ticks = seconds * TimeSpan.TicksPerSecond;
        var fits = ticks >= -DateTime.UnixEpoch.Ticks && ticks < DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks;
        moment = fits ? DateTime.UnixEpoch.AddTicks((long)ticks) : default;
        return fits;
    }

    private static ReadOnlySpan<byte> Code(double number, Span<byte> space)
    {
        // Adding 0 turns −0 into 0.
        (number + 0.0).TryFormat(space, out var length, "R", CultureInfo.InvariantCulture);
        return space[..length];
    }
}
