using System.Collections.Immutable;

namespace Serverless.Infra.Tests;

public sealed class NetworkTests
{
    [Fact]
    public async Task A_private_stack_closes_its_storage_and_reaches_it_over_private_endpoints()
    {
        var stack = await ExampleStack.RunAsync(
            "prod", s => s with { PrivateNetwork = true, AllowedAddresses = ["203.0.113.0/24"] });
        var account = stack.One("storage:StorageAccount");
        Assert.Equal("Deny", account.Text("networkRuleSet.defaultAction"));
        Assert.Equal("AzureServices", account.Text("networkRuleSet.bypass"));
        var rule = (ImmutableDictionary<string, object>)Assert.Single(account.List("networkRuleSet.ipRules"));
        Assert.Equal("203.0.113.0/24", rule["iPAddressOrRange"]);

        var subnet = stack.Named("network:Subnet", "app-subnet");
        Assert.Equal(
            "Microsoft.App/environments",
            ((ImmutableDictionary<string, object>)subnet.List("delegations")[0])["serviceName"]);
        Assert.Equal(
            $"/subscriptions/{Azure.Subscription}/azure-native:network:Subnet/app-subnet",
            stack.One("web:WebApp").Text("virtualNetworkSubnetId"));
        foreach (var service in (string[])["blob", "queue", "table"])
        {
            var connection = (ImmutableDictionary<string, object>)stack.Named(
                "network:PrivateEndpoint", $"{service}-endpoint")
                .List("privateLinkServiceConnections")[0];
            Assert.Equal([service], ((ImmutableArray<object>)connection["groupIds"]).Cast<string>());
            Assert.Equal(
                $"privatelink.{service}.core.windows.net",
                stack.Named("privatedns:PrivateZone", $"{service}-zone").Text("privateZoneName"));
            Assert.NotNull(stack.Named("privatedns:VirtualNetworkLink", $"{service}-link"));
            Assert.NotNull(stack.Named("network:PrivateDnsZoneGroup", $"{service}-names"));
        }
    }

    [Fact]
    public async Task An_open_stack_has_no_network()
    {
        var stack = await ExampleStack.RunAsync("dev", s => s with { PrivateNetwork = false });
        Assert.Equal("Allow", stack.One("storage:StorageAccount").Text("networkRuleSet.defaultAction"));
        Assert.DoesNotContain(stack.Azure.Resources, r => r.Type.Contains(":network:", StringComparison.Ordinal));
        Assert.Null(stack.One("web:WebApp").Find("virtualNetworkSubnetId"));
    }
}
