using Serverless.Core.Serving;

namespace Serverless.Web.OpenInference;

/// <summary>What is wrong with a request in one text, since the protocol's error body has no room for more.</summary>
public static class InferenceErrorText
{
    private const int MaxErrors = 5;

    public static string Of(IReadOnlyList<FieldError> errors)
    {
        var text = string.Join(' ', errors.Take(MaxErrors));
        return errors.Count <= MaxErrors ? text : $"{text} And more.";
    }
}
