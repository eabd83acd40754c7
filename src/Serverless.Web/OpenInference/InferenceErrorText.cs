using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>Joins errors into one text, which is all that the protocol's error body can hold.</summary>
public static class InferenceErrorText
{
    private const int MaxErrors = 5;

    public static string Of(IReadOnlyList<FieldError> errors)
    {
        var text = string.Join(' ', errors.Take(MaxErrors));
        return errors.Count <= MaxErrors ? text : $"{text} And more.";
    }
}
