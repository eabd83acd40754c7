using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Gate;

namespace Serverless.Core.Training;

/// <summary>Assigns a registered version the role that its verdict and model.json call for.</summary>
internal sealed class VersionPlacement(ModelRegistry registry)
{
    /// <summary>
    /// Idempotent, so that it can be repeated after a crash: keeps the role if it was already assigned or changed
    /// since.
    /// </summary>
    /// <returns>The version's role, and one or two human-readable sentences.</returns>
    public async Task<(RunOutcome Outcome, string Message)> PlaceAsync(
        Manifest manifest, CancellationToken cancellationToken)
    {
        var (model, version, reason) = (manifest.Model, manifest.Version, manifest.Verdict.Reasons[0]);
        var live = (RunOutcome.Promoted, $"Version {version} is live. {reason}");
        var waiting = (RunOutcome.AwaitingApproval, $"Version {version} waits for approval as challenger. {reason}");
        if (!manifest.Verdict.Passes)
        {
            return (RunOutcome.NotPromoted, $"Version {version} is kept but not live. {reason}");
        }

        var (aliases, _) = await registry.GetAliasesAsync(model, cancellationToken);
        if (aliases.Champion == version) return live;
        if (aliases.LiveRollout?.Version == version) return RollingOut(manifest);
        if (aliases.Challenger == version) return waiting;
        if (aliases.Has(Alias.Champion, version) || aliases.Has(Alias.Challenger, version))
        {
            // A person or a roll-out took the role back: a repeated verdict does not give it again.
            return (RunOutcome.NotPromoted, $"Version {version} was made before, "
                + await VersionPart.DescribeAsync(registry, model, version, cancellationToken));
        }

        if (!manifest.Verdict.Promotes)
        {
            await registry.ChallengeAsync(model, version, "gate", reason, cancellationToken);
            return waiting;
        }

        var settings = manifest.Definition.Rollout;
        var against = manifest.Verdict.ChampionVersion ?? 0;
        // Without a champion there is nothing to compare with, and no version for the rest of the traffic.
        if (settings.Strategy != RolloutStrategy.BlueGreen && against > 0)
        {
            var begun = await registry.BeginRolloutAsync(
                model, version, against, settings, "gate", reason, cancellationToken);
            if (begun != AliasOutcome.ChampionChanged) return RollingOut(manifest);
        }
        else if (settings.Approval == ApprovalMode.Manual)
        {
            await registry.ChallengeAsync(model, version, "gate", reason, cancellationToken);
            return waiting;
        }
        else if (await registry.PromoteAsync(
            model, version, against, "gate", reason, cancellationToken) != AliasOutcome.ChampionChanged)
        {
            return live;
        }

        await registry.ChallengeAsync(model, version, "gate", reason, cancellationToken);
        return (
            RunOutcome.AwaitingApproval,
            $"Version {version} passed the gate, but the champion was changed meanwhile: it waits for approval as "
            + $"challenger. {reason}");
    }

    private static (RunOutcome Outcome, string Message) RollingOut(Manifest manifest)
    {
        var settings = manifest.Definition.Rollout;
        var way = settings.Strategy == RolloutStrategy.Shadow
            ? "scores a copy of the traffic"
            : $"answers {settings.Steps[0]} % of the traffic";
        return (RunOutcome.RollingOut, $"Version {manifest.Version} passed the gate, and first {way}. "
            + $"{manifest.Verdict.Reasons[0]}");
    }
}
