using System.Globalization;

namespace Serverless.Core.Serving.OpenInference;

/// <summary>What is wrong with a request in one text, since the protocol's error body has no room for more.</summary>
public static class InferenceErrorText
{
    private const string Columns = "/columns/";
    private const int Most = 5;

    public static string Of(IReadOnlyList<FieldError> errors)
    {
        var text = string.Join(' ', errors.Take(Most).Select(Sentence));
        return errors.Count <= Most ? text : $"{text} And more.";
    }

    /// <summary>A caller sent tensors, not the columns that were made of them: there the feature and its row are named.</summary>
    private static string Sentence(FieldError error)
    {
        var slash = error.Pointer.LastIndexOf('/');
        if (!error.Pointer.StartsWith(Columns, StringComparison.Ordinal) || slash < Columns.Length) return error.ToString();
        var name = error.Pointer[Columns.Length..slash].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        var row = int.Parse(error.Pointer.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        return $"{name}, row {row}: expected {error.Expected}, found {error.Found}.";
    }
}
