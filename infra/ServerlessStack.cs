using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.ManagedIdentity;
using Pulumi.AzureNative.Resources;

namespace Serverless.Infra;

/// <summary>
/// Declares all resources, in the order of their creation. One <c>pulumi up</c> is enough on an empty subscription: it
/// waits in between for the key of the blob webhook, which exists only once the app runs.
/// </summary>
internal static class ServerlessStack
{
    /// <returns>The stack's outputs, none of them secret.</returns>
    public static IDictionary<string, object?> Create(StackSettings settings, TimeProvider clock)
    {
        var subscription = GetClientConfig.Invoke().Apply(c => c.SubscriptionId);
        var group = new ResourceGroup("serverless", new ResourceGroupArgs()).Name;
        var storage = new DataStorage(settings, group);
        var network = settings.PrivateNetwork ? new PrivateNetwork(group, storage.Account) : null;
        var telemetry = new Telemetry(settings, group);

        var identity = new UserAssignedIdentity("app", new UserAssignedIdentityArgs { ResourceGroupName = group });
        var roles = Roles.OfApp(identity, storage, telemetry, subscription);
        Roles.OfDataWriters(settings, storage, subscription);

        var app = new FunctionApp(settings, group, identity, storage, telemetry, network, roles);
        var deployment = app.Deploy(settings, group, subscription, storage);
        var events = new DropEvents(group, storage, app, deployment, subscription, clock);

        var alerts = new AlertRules(settings, group, telemetry, events.Topic);
        if (settings.Budget is { } amount) SpendingBudget.Create(amount, settings, group, subscription, clock);

        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["endpoint"] = app.Endpoint,
            ["dashboard"] = Output.Format($"{app.Endpoint}/sign-in"),
            ["dropDataAt"] = Output.Format($"{storage.BlobEndpoint}{ContainerNames.Datasets}/<model>/<file>.csv"),
            ["dropFilesToPredictAt"] = Output.Format($"{storage.BlobEndpoint}{BatchFolders.Inputs}/<model>/<file>.csv"),
            ["resourceGroup"] = group,
            ["functionApp"] = app.Name,
            ["storageAccount"] = storage.Name,
            ["packageHash"] = app.PackageHash,
            ["actionGroup"] = alerts.ActionGroup,
        };
    }
}
