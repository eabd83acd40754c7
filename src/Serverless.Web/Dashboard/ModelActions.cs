using System.Globalization;
using Serverless.Core.Registry;
using Serverless.Core.Reports;
using Serverless.Learning.Gate;
using Serverless.Learning.Numerics;

namespace Serverless.Web.Dashboard;

/// <summary>The buttons. Each is one request to the HTTP API, which the page's script sends.</summary>
internal static class ModelActions
{
    /// <summary>For a model as a whole: what waits for a person comes first.</summary>
    public static Html Of(ModelStatus status) =>
        $"""<div class="actions">{Approve(status)}{RollBack(status)}{Retrain(status.Model)}</div>""";

    /// <summary>Null for the champion itself.</summary>
    public static Html? Promote(ModelStatus status, Manifest version)
    {
        if (status.Aliases.Champion == version.Version) return null;
        var warning = version.Verdict.Passes ? "" : " It did not pass the gate.";
        return ToChampion(
            status, version.Version, "promote", "", "Promote", $" version {NumberFormat.Of(version.Version)}",
            $"{Takes(version.Version, status)}{warning}{EndsRollout(status, version.Version)}",
            $"{Sentence(version.Version)} of {status.Model} is live.");
    }

    private static Html? Approve(ModelStatus status)
    {
        if (status.Aliases.Challenger is not { } challenger) return null;
        // A roll-out that goes on by itself needs nobody; to end it well now is possible, but nothing that is asked
        // for.
        var isAsked = status.Aliases.LiveRollout is null or { Status: RolloutStatus.AwaitingApproval };
        return ToChampion(
            status,
            challenger,
            "approve",
            isAsked ? "main" : "",
            $"{(isAsked ? "Approve" : "Promote")} version {NumberFormat.Of(challenger)}",
            $" of {status.Model}",
            Takes(challenger, status), $"{Sentence(challenger)} of {status.Model} is live.");
    }

    private static Html? RollBack(ModelStatus status)
    {
        if (status.Aliases.LiveRollout is { } rollout)
        {
            return ToChampion(
                status,
                rollout.Against,
                "stop",
                "",
                $"Stop the roll-out of version {NumberFormat.Of(rollout.Version)}",
                $" of {status.Model}",
                $"Version {NumberFormat.Of(rollout.Against)} will answer everything again.",
                $"The roll-out of version {NumberFormat.Of(rollout.Version)} of {status.Model} is stopped.");
        }

        if (status.Aliases.RollbackTarget is not { } previous) return null;
        return ToChampion(
            status, previous, "back", "", $"Roll back to version {NumberFormat.Of(previous)}", $" of {status.Model}",
            Takes(previous, status), $"{status.Model} is rolled back to version {NumberFormat.Of(previous)}.");
    }

    private static Html Retrain(string model) => $"""
        <button type="button" id="retrain-{model}" data-method="POST" data-path="/api/models/{model}/retrain"
        data-done="A retrain of {model} is asked for.">Retrain<span class="hidden"> {model}</span></button>
        """;

    /// <param name="verb">What the button says, and the one that confirms it.</param>
    /// <param name="more">What only screen readers need, who hear a button without what is around it.</param>
    private static Html ToChampion(
        ModelStatus status,
        int version,
        string id,
        string style,
        string verb,
        string more,
        string question,
        string done)
    {
        var number = version.ToString(CultureInfo.InvariantCulture);
        return $"""
            <button type="button" class="{style}" id="{id}-{status.Model}-{number}" data-method="PUT"
            data-path="/api/models/{status.Model}/aliases/champion" data-version="{number}" data-verb="{verb}"
            data-question="{question}" data-done="{done}">{verb}<span class="hidden">{more}</span></button>
            """;
    }

    private static string Takes(int version, ModelStatus status) =>
        status.Aliases.Champion is { } champion && champion != version
        ? $"{Sentence(version)} of {status.Model} will answer everything from now on, in place of version "
        + $"{NumberFormat.Of(champion)}."
        : $"{Sentence(version)} of {status.Model} will answer everything from now on.";

    private static string EndsRollout(ModelStatus status, int version) =>
        status.Aliases.LiveRollout is { } live && live.Version != version
            ? $" This ends the roll-out of version {NumberFormat.Of(live.Version)}."
            : "";

    private static string Sentence(int version) => $"Version {NumberFormat.Of(version)}";
}
