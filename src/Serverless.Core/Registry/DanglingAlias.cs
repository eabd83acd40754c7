namespace Serverless.Core.Registry;

/// <summary>An alias whose version was deleted, for instance by hand.</summary>
/// <param name="Answers">
/// For the champion, the version that answers in its place; null if none is left, and for other aliases.
/// </param>
/// <param name="Message">What is wrong, what happens meanwhile, and what to do.</param>
public sealed record DanglingAlias(Alias Alias, int Version, int? Answers, string Message)
{
    internal static DanglingAlias Of(string model, Alias alias, int version, int? answers)
    {
        var name = alias.ToString().ToLowerInvariant();
        var what = $"The {name} of {model} is version {version}, which was deleted: "
            + $"{Storage.BlobPaths.Manifest(model, version)} does not exist.";
        var put = $"PUT /api/models/{model}/aliases/champion";
        var meanwhile = alias switch
        {
            Alias.Champion when answers is { } other =>
                $"Version {other}, the champion before it that still exists, answers in its place. {put} with "
                + $"{{\"version\": {other}}} makes that final.",
            Alias.Champion => "No champion before it is left, so instances that start now cannot answer. "
                + $"{put} with the number of a version that exists, or drop data to train a new one.",
            Alias.Challenger => "It cannot be approved. Name another challenger, or train again.",
            _ => $"A roll-back to it is not possible. {put} with the number of a version that exists does one.",
        };
        return new DanglingAlias(alias, version, answers, $"{what} {meanwhile}");
    }
}
