using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.ManagedIdentity;
using Pulumi.AzureNative.Web;
using Pulumi.AzureNative.Web.Inputs;
using Pulumi.Command.Local;
using ManagedServiceIdentityType = Pulumi.AzureNative.Web.ManagedServiceIdentityType;

namespace Serverless.Infra;

/// <summary>The function app on a Flex Consumption plan. It signs in everywhere with its managed identity.</summary>
internal sealed class FunctionApp
{
    private readonly WebApp _app;

    public FunctionApp(
        StackSettings settings,
        Input<string> group,
        UserAssignedIdentity identity,
        DataStorage storage,
        Telemetry telemetry,
        PrivateNetwork? network,
        IReadOnlyList<RoleAssignment> roles)
    {
        PackageHash = Package.ContentHash(settings.PackagePath);
        var plan = new AppServicePlan("plan", new AppServicePlanArgs
        {
            ResourceGroupName = group,
            Kind = "functionapp",
            Reserved = true,
            Sku = new SkuDescriptionArgs { Name = "FC1", Tier = "FlexConsumption" },
        });
        _app = new WebApp("app", new WebAppArgs
        {
            ResourceGroupName = group,
            Kind = "functionapp,linux",
            ServerFarmId = plan.Id,
            HttpsOnly = true,
            VirtualNetworkSubnetId = network is null ? null : (Input<string>)network.AppSubnet,
            Identity = new ManagedServiceIdentityArgs
            {
                Type = ManagedServiceIdentityType.UserAssigned,
                UserAssignedIdentities = { identity.Id },
            },
            FunctionAppConfig = new FunctionAppConfigArgs
            {
                Deployment = new FunctionsDeploymentArgs
                {
                    Storage = new FunctionsDeploymentStorageArgs
                    {
                        Type = FunctionsDeploymentStorageType.BlobContainer,
                        Value = Output.Format(
                            $"{storage.BlobEndpoint}{storage.Containers[DataStorage.PackageContainer].Name}"),
                        Authentication = new FunctionsDeploymentStorageAuthenticationArgs
                        {
                            Type = AuthenticationType.UserAssignedIdentity,
                            UserAssignedIdentityResourceId = identity.Id,
                        },
                    },
                },
                Runtime = new FunctionsRuntimeArgs { Name = RuntimeName.Dotnet_isolated, Version = "10.0" },
                ScaleAndConcurrency = new FunctionsScaleAndConcurrencyArgs
                {
                    MaximumInstanceCount = settings.MaximumInstances,
                    InstanceMemoryMB = settings.InstanceMemory,
                    AlwaysReady = settings.AlwaysReady > 0
                        ? [new FunctionsAlwaysReadyConfigArgs { Name = "http", InstanceCount = settings.AlwaysReady }]
                        : [],
                    Triggers = TriggersOf(settings),
                },
            },
            SiteConfig = new SiteConfigArgs
            {
                MinTlsVersion = SupportedTlsVersions.SupportedTlsVersions_1_2,
                FtpsState = FtpsState.Disabled,
                AppSettings = AppSettings(settings, identity, storage, telemetry),
            },
        }, new CustomResourceOptions { DependsOn = [.. roles, .. network?.Endpoints ?? []] });

        // Disables deployment with user name and password, which leaves Entra ID.
        _ = new WebAppFtpAllowed("no-ftp-password", new WebAppFtpAllowedArgs
        {
            ResourceGroupName = group,
            Name = _app.Name,
            Allow = false,
        });
        _ = new WebAppScmAllowed("no-deployment-password", new WebAppScmAllowedArgs
        {
            ResourceGroupName = group,
            Name = _app.Name,
            Allow = false,
        });
    }

    public Output<string> Name => _app.Name;

    public Output<string> Endpoint => Output.Format($"https://{_app.DefaultHostName}");

    public string PackageHash { get; }

    /// <summary>
    /// Deploys the zip by One Deploy, the only way that Flex Consumption supports. Runs again only if the package's
    /// content or the app has changed. README.md explains why this is a command and not a blob.
    /// </summary>
    public Command Deploy(
        StackSettings settings, Input<string> group, Output<string> subscription, DataStorage storage)
    {
        var args = new CommandArgs
        {
            Create = "sh ./deploy.sh",
            Environment =
            {
                ["PACKAGE"] = settings.PackagePath,
                ["APP"] = Name,
                ["RESOURCE_GROUP"] = group,
                ["SUBSCRIPTION"] = subscription,
            },
            Triggers = { (Input<object>)PackageHash, (Input<object>)_app.Id.Apply(id => (object)id) },
        };
        return new Command("deployment", args, new CustomResourceOptions
        {
            DependsOn = [.. storage.Containers.Values, .. storage.Queues],
        });
    }

    /// <summary>Returns null where the setting is absent, so that Azure's default by instance memory applies.</summary>
    private static Input<FunctionsScaleAndConcurrencyTriggersArgs>? TriggersOf(StackSettings settings)
    {
        if (settings.HttpConcurrency is not { } requests) return null;
        return new FunctionsScaleAndConcurrencyTriggersArgs
        {
            Http = new FunctionsScaleAndConcurrencyTriggersHttpArgs { PerInstanceConcurrency = requests },
        };
    }

    private static InputList<NameValuePairArgs> AppSettings(
        StackSettings settings, UserAssignedIdentity identity, DataStorage storage, Telemetry telemetry)
    {
        // FUNCTIONS_WORKER_RUNTIME is left out: Flex Consumption reads the runtime from FunctionAppConfig and refuses
        // the setting.
        InputList<NameValuePairArgs> list =
        [
            Setting(SettingNames.StalenessSchedule, settings.StalenessSchedule),
            Setting(SettingNames.DriftSchedule, settings.DriftSchedule),
            Setting(SettingNames.SweepSchedule, settings.SweepSchedule),
            Setting(SettingNames.RolloutSchedule, settings.RolloutSchedule),
            Setting(SettingNames.SourceSchedule, settings.SourceSchedule),
            Setting(SettingNames.TrainingLimit, settings.TrainingLimit.ToString("c")),
            Setting(SettingNames.ModelCache, $"{settings.ModelCacheMegabytes}"),

            // Turns off the host's own page at '/', which is the dashboard's route.
            Setting("AzureWebJobsDisableHomepage", "true"),

            // Holds no secret: Application Insights accepts telemetry only with an Entra token, see Telemetry.cs.
            Setting("APPLICATIONINSIGHTS_CONNECTION_STRING", telemetry.Insights.ConnectionString),
            Setting(
                "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
                Output.Format($"ClientId={identity.ClientId};Authorization=AAD")),

            // Selects the identity that DefaultAzureCredential uses.
            Setting("AZURE_CLIENT_ID", identity.ClientId),
            .. Connection("AzureWebJobsStorage"),
            Setting("AzureWebJobsStorage__tableServiceUri", storage.TableEndpoint),
            .. Connection(SettingNames.Storage),
        ];
        return list;

        IEnumerable<NameValuePairArgs> Connection(string name) =>
        [
            Setting($"{name}__blobServiceUri", storage.BlobEndpoint),
            Setting($"{name}__queueServiceUri", storage.QueueEndpoint),
            Setting($"{name}__credential", "managedidentity"),
            Setting($"{name}__clientId", identity.ClientId),
        ];

        static NameValuePairArgs Setting(string name, Input<string> value) => new() { Name = name, Value = value };
    }
}
