using System.Text.Json;

namespace Serverless.Core.Serving;

/// <summary>
/// Finds the field that decides a request's side, before it is known which version's columns the rows are read by.
/// </summary>
internal static class SplitKey
{
    /// <param name="body">
    /// A JSON object, an array of them, or columns. Rows of one request are answered by one version: the first decides.
    /// </param>
    /// <returns>
    /// The value as it is written, without quotes; empty where there is none, or the body is no such JSON.
    /// </returns>
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
                // A body in columns has the first row's value at the head of the field's column.
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
            // Whoever reads the rows tells the caller what is wrong with them.
        }

        return default;
    }
}
