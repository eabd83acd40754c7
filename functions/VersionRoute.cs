using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Core.Registry;
using Serverless.Web.Http;

namespace Serverless.Functions;

/// <summary>Routes of one version of a model.</summary>
internal static class VersionRoute
{
    /// <summary>Parses a version's number; null for other text.</summary>
    public static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Answers a request about a version, with 404 if the model or the version does not exist.</summary>
    /// <param name="answer">Returns null if the version does not exist.</param>
    public static async Task<IResult> AnswerAsync(
        this ModelRegistry registry,
        string model,
        string version,
        Func<int, Task<IResult?>> answer,
        CancellationToken cancellationToken)
    {
        if (!await registry.ExistsAsync(model, cancellationToken)) return HttpAnswers.UnknownModel(model);
        return Number(version) is { } number && await registry.HasAsync(model, number, cancellationToken)
            && await answer(number) is { } found
            ? found
            : HttpAnswers.UnknownVersion(model, version);
    }
}
