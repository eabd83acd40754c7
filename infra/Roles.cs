using System.Security.Cryptography;
using System.Text;
using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.ManagedIdentity;

namespace Serverless.Infra;

/// <summary>Role assignments of the app, Event Grid and people, each with the narrowest scope that works.</summary>
internal static class Roles
{
    // Ids of Azure's built-in roles, the same in every tenant.
    public const string BlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    public const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    public const string QueueDataContributor = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
    public const string TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    public const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";

    /// <summary>
    /// Covers the whole account, with ownership of blobs, because the Functions host creates containers, queues and
    /// tables of its own for leases, messages and diagnostic events.
    /// </summary>
    public static IReadOnlyList<RoleAssignment> OfApp(
        UserAssignedIdentity identity, DataStorage storage, Telemetry telemetry, Output<string> subscription) =>
    [
        Assign(
            "app-blobs",
            identity.PrincipalId,
            BlobDataOwner,
            storage.Account.Id,
            subscription,
            PrincipalType.ServicePrincipal),
        Assign(
            "app-queues",
            identity.PrincipalId,
            QueueDataContributor,
            storage.Account.Id,
            subscription,
            PrincipalType.ServicePrincipal),
        Assign(
            "app-tables",
            identity.PrincipalId,
            TableDataContributor,
            storage.Account.Id,
            subscription,
            PrincipalType.ServicePrincipal),
        Assign(
            "app-telemetry",
            identity.PrincipalId,
            MetricsPublisher,
            telemetry.Insights.Id,
            subscription,
            PrincipalType.ServicePrincipal),
    ];

    /// <summary>Lets people drop data and edit model.json, and opens no other container to them.</summary>
    public static void OfDataWriters(StackSettings settings, DataStorage storage, Output<string> subscription)
    {
        foreach (var writer in settings.DataWriters)
        {
            foreach (var container in (string[])[ContainerNames.Datasets, ContainerNames.Models, ContainerNames.Batch])
            {
                _ = Assign(
                    $"writer-{writer}-{container}",
                    writer,
                    BlobDataContributor,
                    storage.Containers[container].Id,
                    subscription,
                    null);
            }
        }
    }

    /// <summary>Lets Event Grid write dead letters, and nothing else.</summary>
    public static RoleAssignment OfEvents(
        Output<string> principal, DataStorage storage, Output<string> subscription) => Assign(
        "events-dead-letters",
        principal,
        BlobDataContributor,
        storage.Containers[DataStorage.DeadLetterContainer].Id,
        subscription,
        PrincipalType.ServicePrincipal);

    private static RoleAssignment Assign(
        string name,
        Input<string> principal,
        string role,
        Output<string> scope,
        Output<string> subscription,
        PrincipalType? type) =>
        new(name, new RoleAssignmentArgs
        {
            // Derives the name from the assignment, so that a run after a lost state does not create a second one.
            RoleAssignmentName = Output.Tuple(principal.ToOutput(), scope)
                .Apply(v => DeterministicName(v.Item1, role, v.Item2).ToString()),
            PrincipalId = principal,
            PrincipalType = type is { } known ? (InputUnion<string, PrincipalType>)known : null,
            RoleDefinitionId = Output.Format(
                $"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            Scope = scope,
        });

    internal static Guid DeterministicName(string principal, string role, string scope) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{principal}|{role}|{scope}"))[..16]);
}
