using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Serverless.Core.Serving.OpenInference;

/// <summary>One value of a tensor, as a row of <c>predict</c> has it.</summary>
internal static class TensorValue
{
    /// <summary>
    /// Writes the value as it stands, but for numbers in place of something else, which a tensor of a single datatype
    /// cannot avoid: 0 and 1 for a boolean, seconds since 1970-01-01 UTC for a timestamp (as in model.onnx), and the
    /// shortest form of a code for a category (1.0 is "1"). What still does not fit, whoever reads the row tells.
    /// </summary>
    /// <param name="text">Begins with the value, which is known to be valid, and has more behind it.</param>
    public static void Write(ReadOnlySpan<byte> text, RowFieldKind kind, TensorType type, AnswerBuffer rows)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && kind is RowFieldKind.Boolean or RowFieldKind.Timestamp or RowFieldKind.Text)
        {
            var number = reader.GetDouble();
            switch (kind)
            {
                case RowFieldKind.Boolean when number is 0 or 1:
                    rows.Write(number == 1 ? "true"u8 : "false"u8);
                    return;
                case RowFieldKind.Timestamp when TryMoment(number, out var moment):
                    rows.Write(Encoding.UTF8.GetBytes(moment.ToString("'\"'yyyy-MM-dd'T'HH:mm:ss.fffffff'Z\"'", CultureInfo.InvariantCulture)));
                    return;
                case RowFieldKind.Text when type.Kind == TensorKind.Number:
                    rows.Write(Encoding.UTF8.GetBytes((number + 0.0).ToString("R", CultureInfo.InvariantCulture)));
                    return;
            }
        }

        rows.Write(text[..(int)reader.BytesConsumed]);
    }

    private static bool TryMoment(double seconds, out DateTime moment)
    {
        var ticks = seconds * TimeSpan.TicksPerSecond;
        var fits = ticks >= -DateTime.UnixEpoch.Ticks && ticks < DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks;
        moment = fits ? DateTime.UnixEpoch.AddTicks((long)ticks) : default;
        return fits;
    }
}
