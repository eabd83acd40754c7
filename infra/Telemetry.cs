using Pulumi;
using Pulumi.AzureNative.ApplicationInsights;
using Pulumi.AzureNative.OperationalInsights;
using Pulumi.AzureNative.OperationalInsights.Inputs;

namespace Serverless.Infra;

/// <summary>Log Analytics and, on top of it, Application Insights.</summary>
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

            // The connection string becomes a mere address: who writes must have the role for it.
            DisableLocalAuth = true,
        });
    }

    public Workspace Workspace { get; }

    public Component Insights { get; }
}
