using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Core.Serving;

/// <summary>Encodes text as JSON.</summary>
public static class JsonText
{
    /// <summary>
    /// Quotes a text, in UTF-8. Keeps class names such as ">50K" unescaped, since answers are never embedded in a page.
    /// </summary>
    public static byte[] Quote(string text)
    {
        var encoded = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return [(byte)'"', .. encoded.EncodedUtf8Bytes, (byte)'"'];
    }
}
