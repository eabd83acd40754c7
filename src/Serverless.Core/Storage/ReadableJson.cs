using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Core.Storage;

/// <summary>Human-readable JSON: indented, with characters such as “−” and “>” unescaped.</summary>
public static class ReadableJson
{
    /// <summary>
    /// Options for a second context of the same type, since attributes of the source generator cannot set the encoder.
    /// </summary>
    public static JsonSerializerOptions Of(JsonSerializerContext context) => new(context.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        // Relaxed escaping is unsafe only within a page's script; these texts are files, and answers of type
        // application/json.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
