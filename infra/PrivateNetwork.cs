using Pulumi;
using Pulumi.AzureNative.Network;
using Pulumi.AzureNative.Network.Inputs;
using Pulumi.AzureNative.PrivateDns;
using Pulumi.AzureNative.Storage;
using DnsSubResourceArgs = Pulumi.AzureNative.PrivateDns.Inputs.SubResourceArgs;
using EndpointSubnetArgs = Pulumi.AzureNative.Network.Inputs.SubnetArgs;
using SubnetArgs = Pulumi.AzureNative.Network.SubnetArgs;

namespace Serverless.Infra;

/// <summary>
/// A virtual network with private endpoints, through which the app reaches its storage. Only the storage is closed:
/// predictions stay public over HTTPS and protected by function keys.
/// </summary>
internal sealed class PrivateNetwork
{
    public PrivateNetwork(Input<string> group, StorageAccount account)
    {
        var network = new VirtualNetwork("network", new VirtualNetworkArgs
        {
            ResourceGroupName = group,
            AddressSpace = new AddressSpaceArgs { AddressPrefixes = { "10.20.0.0/16" } },
        });
        var app = new Subnet("app-subnet", new SubnetArgs
        {
            ResourceGroupName = group,
            VirtualNetworkName = network.Name,
            SubnetName = "app",

            // Flex Consumption needs a /27 for up to 40 instances; a /24 is enough for 1,000.
            AddressPrefix = "10.20.0.0/24",
            Delegations = { new DelegationArgs { Name = "flex", ServiceName = "Microsoft.App/environments" } },
        });

        // Waits for the first subnet, because Azure updates one subnet of a network at a time.
        var endpoints = new Subnet("endpoint-subnet", new SubnetArgs
        {
            ResourceGroupName = group,
            VirtualNetworkName = network.Name,
            SubnetName = "endpoints",
            AddressPrefix = "10.20.1.0/24",
        }, new CustomResourceOptions { DependsOn = { app } });

        AppSubnet = app.Id;
        Endpoints = [.. ((string[])["blob", "queue", "table"]).Select(
            service => AddEndpoint(service, group, account, network, endpoints))];
    }

    public Output<string> AppSubnet { get; }

    /// <summary>
    /// DNS zone groups of the endpoints. Once they exist, the storage's host names resolve to private addresses.
    /// </summary>
    public IReadOnlyList<Resource> Endpoints { get; }

    private static PrivateDnsZoneGroup AddEndpoint(
        string service, Input<string> group, StorageAccount account, VirtualNetwork network, Subnet subnet)
    {
        var zone = new PrivateZone($"{service}-zone", new PrivateZoneArgs
        {
            ResourceGroupName = group,
            PrivateZoneName = $"privatelink.{service}.core.windows.net",
            Location = "global",
        });
        var link = new VirtualNetworkLink($"{service}-link", new VirtualNetworkLinkArgs
        {
            ResourceGroupName = group,
            PrivateZoneName = zone.Name,
            Location = "global",
            RegistrationEnabled = false,
            VirtualNetwork = new DnsSubResourceArgs { Id = network.Id },
        });
        var endpoint = new PrivateEndpoint($"{service}-endpoint", new PrivateEndpointArgs
        {
            ResourceGroupName = group,
            Subnet = new EndpointSubnetArgs { Id = subnet.Id },
            PrivateLinkServiceConnections =
            {
                new PrivateLinkServiceConnectionArgs
                {
                    Name = service,
                    PrivateLinkServiceId = account.Id,
                    GroupIds = { service }
                },
            },
        });
        return new PrivateDnsZoneGroup($"{service}-names", new PrivateDnsZoneGroupArgs
        {
            ResourceGroupName = group,
            PrivateEndpointName = endpoint.Name,
            PrivateDnsZoneGroupName = "default",
            PrivateDnsZoneConfigs = { new PrivateDnsZoneConfigArgs { Name = service, PrivateDnsZoneId = zone.Id } },
        }, new CustomResourceOptions { DependsOn = { link } });
    }
}
