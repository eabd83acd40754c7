using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Core.Serving;

/// <summary>Texts as JSON has them.</summary>
public static class JsonText
{
    /// <summary>
    /// A text with its quotes, in UTF-8. Class names such as ">50K" stay as they are: an answer is never part of a
    /// page.
    /// </summary>
    public static byte[] Quote(string text)
    {
        var encoded = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return [(byte)'"', .. encoded.EncodedUtf8Bytes, (byte)'"'];
    }
}
