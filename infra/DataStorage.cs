using Pulumi;
using Pulumi.AzureNative.Storage;
using Pulumi.AzureNative.Storage.Inputs;

namespace Serverless.Infra;

/// <summary>
/// One storage account for data, models, queues and the host's state, with shared keys disabled.
/// </summary>
internal sealed class DataStorage
{
    /// <summary>Container in which Flex Consumption keeps the deployed zip.</summary>
    public const string PackageContainer = "app-package";

    /// <summary>Container for events that could not be delivered within a day.</summary>
    public const string DeadLetterContainer = "dead-letters";

    public DataStorage(StackSettings settings, Input<string> group)
    {
        Account = new StorageAccount("data", new StorageAccountArgs
        {
            ResourceGroupName = group,
            Kind = Kind.StorageV2,
            Sku = new SkuArgs { Name = settings.Replication },
            AllowSharedKeyAccess = false,
            DefaultToOAuthAuthentication = true,
            AllowBlobPublicAccess = false,
            AllowCrossTenantReplication = false,
            MinimumTlsVersion = MinimumTlsVersion.TLS1_2,
            EnableHttpsTrafficOnly = true,
            NetworkRuleSet = new NetworkRuleSetArgs
            {
                // Event Grid writes dead letters as a trusted service, with its own identity.
                Bypass = Bypass.AzureServices,
                DefaultAction = settings.PrivateNetwork ? DefaultAction.Deny : DefaultAction.Allow,
                IpRules = settings.AllowedAddresses
                    .Select(a => new IPRuleArgs
                    {
                        IPAddressOrRange = a,
                        Action = Pulumi.AzureNative.Storage.Action.Allow
                    }).ToList(),
            },
        });

        var properties = new BlobServiceProperties("blobs", new BlobServicePropertiesArgs
        {
            ResourceGroupName = group,
            AccountName = Account.Name,
            BlobServicesName = "default",
            IsVersioningEnabled = true,
            DeleteRetentionPolicy = new DeleteRetentionPolicyArgs { Enabled = true, Days = settings.SoftDeleteDays },
            ContainerDeleteRetentionPolicy = new DeleteRetentionPolicyArgs
            {
                Enabled = true,
                Days = settings.SoftDeleteDays
            },
        });
        Containers = ContainerNames.All.Append(PackageContainer).Append(DeadLetterContainer).ToDictionary(
            name => name,
            name => new BlobContainer(name, new BlobContainerArgs
            {
                ResourceGroupName = group,
                AccountName = Account.Name,
                ContainerName = name,
                PublicAccess = PublicAccess.None,
            }, new CustomResourceOptions { DependsOn = { properties } }),
            StringComparer.Ordinal);
        Queues = [.. QueueNames.All.Select(name => new Queue(name, new QueueArgs
        {
            ResourceGroupName = group,
            AccountName = Account.Name,
            QueueName = name,
        }))];
        _ = new ManagementPolicy("lifecycle", new ManagementPolicyArgs
        {
            ResourceGroupName = group,
            AccountName = Account.Name,
            ManagementPolicyName = "default",
            Policy = new ManagementPolicySchemaArgs
            {
                // 'host/' holds the state of the embedded host where that one runs on this account.
                Rules =
                {
                    DeleteAfter("prediction-logs", settings.PredictionLogDays, ContainerNames.Predictions + "/"),
                    DeleteAfter("host-state", settings.PredictionLogDays, "host/"),
                    DeleteAfter("dead-letters", settings.PredictionLogDays, DeadLetterContainer + "/"),
                    DeleteVersionsAfter(settings.SoftDeleteDays),
                },
            },
        }, new CustomResourceOptions { DependsOn = { properties } });
    }

    public StorageAccount Account { get; }

    public Output<string> Name => Account.Name;

    public Output<string> BlobEndpoint => Account.PrimaryEndpoints.Apply(e => e.Blob);

    public Output<string> QueueEndpoint => Account.PrimaryEndpoints.Apply(e => e.Queue);

    public Output<string> TableEndpoint => Account.PrimaryEndpoints.Apply(e => e.Table);

    public IReadOnlyDictionary<string, BlobContainer> Containers { get; }

    public IReadOnlyList<Queue> Queues { get; }

    /// <summary>Deletes old blobs. Prediction logs are append blobs, which cannot move to a cooler tier.</summary>
    private static ManagementPolicyRuleArgs DeleteAfter(string name, int days, string prefix) => Rule(
        name,
        [prefix],
        ["blockBlob", "appendBlob"],
        new ManagementPolicyActionArgs
        {
            BaseBlob = new ManagementPolicyBaseBlobArgs
            {
                Delete = new DateAfterModificationArgs { DaysAfterModificationGreaterThan = days },
            },
        });

    /// <summary>Deletes old versions, which pile up for blobs that are rewritten every few minutes.</summary>
    private static ManagementPolicyRuleArgs DeleteVersionsAfter(int days) => Rule(
        "old-versions",
        [],
        ["blockBlob"],
        new ManagementPolicyActionArgs
        {
            Version = new ManagementPolicyVersionArgs
            {
                Delete = new DateAfterCreationArgs { DaysAfterCreationGreaterThan = days },
            },
        });

    private static ManagementPolicyRuleArgs Rule(
        string name, InputList<string> prefixes, InputList<string> types, ManagementPolicyActionArgs actions) => new()
        {
            Name = name,
            Enabled = true,
            Type = RuleType.Lifecycle,
            Definition = new ManagementPolicyDefinitionArgs
            {
                Filters = new ManagementPolicyFilterArgs { BlobTypes = types, PrefixMatch = prefixes },
                Actions = actions,
            },
        };
}
