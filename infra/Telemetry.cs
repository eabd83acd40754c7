using Pulumi;
using Pulumi.AzureNative.ApplicationInsights;
using Pulumi.AzureNative.OperationalInsights;
using Pulumi.AzureNative.OperationalInsights.Inputs;

namespace Serverless.Infra;

/// <summary>Log Analytics workspace, and the Application Insights component that writes to it.</summary>
internal sealed class Telemetry
{
    public Telemetry(StackSettings settings, Input<string> group)
    {
        Workspace = new Workspace("logs", new WorkspaceArgs
        {
            ResourceGroupName = group,
            Sku = new WorkspaceSkuArgs { Name = WorkspaceSkuNameEnum.PerGB2018 },
            RetentionInDays = settings.LogDays,
            WorkspaceCapping = new WorkspaceCappingArgs { DailyQuotaGb = settings.LogGigabytesPerDay },
            Features = new WorkspaceFeaturesArgs { DisableLocalAuth = true },
        });
        Insights = new Component("insights", new ComponentArgs
        {
            ResourceGroupName = group,
            Kind = "web",
            ApplicationType = ApplicationType.Web,
            IngestionMode = IngestionMode.LogAnalytics,
            WorkspaceResourceId = Workspace.Id,

            // Writing telemetry then needs a role, and the connection string is no secret.
            DisableLocalAuth = true,
        });
    }

    public Workspace Workspace { get; }

    public Component Insights { get; }
}
