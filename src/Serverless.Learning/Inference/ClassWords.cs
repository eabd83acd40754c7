namespace Serverless.Learning.Inference;

/// <summary>What the names of classes tell.</summary>
internal static class ClassWords
{
    /// <summary>Words that name the class that a model is made to find.</summary>
    public static readonly HashSet<string> Positive = new(StringComparer.OrdinalIgnoreCase)
    {
        "churned", "churn", "fraud", "fraudulent", "positive", "pos", "default", "defaulted", "failed", "failure",
        "fail", "bad", "spam", "sick", "died", "dead", "left", "cancelled", "canceled", "returned", "late",
        "delayed", "damaged",
    };
}
