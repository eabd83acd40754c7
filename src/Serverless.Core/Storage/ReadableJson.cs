using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Core.Storage;

/// <summary>
/// JSON that people read: indented, and with “−”, “>” and the like as they are instead of <c>\u2212</c>.
/// </summary>
public static class ReadableJson
{
    /// <summary>
    /// What to make a second context of the same type with: source generation cannot say this in an attribute.
    /// </summary>
    public static JsonSerializerOptions Of(JsonSerializerContext context) => new(context.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        // Relaxed is unsafe inside a page's script only; these texts are files, and answers of type application/json.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
