namespace Serverless.Csv.Text;

/// <summary>How the bytes of a text are read, as far as is known from those that were read before.</summary>
public enum TextEncoding
{
    /// <summary>Only ASCII so far.</summary>
    Ascii,

    Utf8,

    Windows1252,
}
