using System.Text.Json;

namespace Serverless.Core.Serving;

/// <summary>
/// Finds the field that assigns a request to a side, before it is known which version reads the rows.
/// </summary>
internal static class SplitKey
{
    /// <param name="body">
    /// A JSON object, an array of them, or columns. One version answers all rows of a request, so the first decides.
    /// </param>
    /// <returns>The raw value without quotes; empty if absent or the body is invalid.</returns>
    public static ReadOnlySpan<byte> InFirstRow(ReadOnlySpan<byte> body, string field)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            if (!reader.Read()) return default;
            if (reader.TokenType == JsonTokenType.StartArray && !reader.Read()) return default;
            if (reader.TokenType != JsonTokenType.StartObject) return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isKey, isColumns) = (reader.ValueTextEquals(field), reader.ValueTextEquals("columns"u8));
                reader.Read();
                // In columns, the first row's value is the first element of the field's array.
                if (isColumns && reader.TokenType == JsonTokenType.StartObject) continue;
                if (isKey && reader.TokenType == JsonTokenType.StartArray) reader.Read();
                if (isKey)
                {
                    return reader.TokenType is JsonTokenType.String or JsonTokenType.Number
                        ? reader.ValueSpan
                        : default;
                }

                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The row reader reports invalid JSON.
        }

        return default;
    }
}
