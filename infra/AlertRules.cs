using Pulumi;
using Pulumi.AzureNative.EventGrid;
using Pulumi.AzureNative.Monitor;
using Pulumi.AzureNative.Monitor.Inputs;
using Serverless.Core.Telemetry;

namespace Serverless.Infra;

/// <summary>The alert rules, each with its query, and the action group that mails them.</summary>
internal sealed class AlertRules
{
    /// <summary>
    /// Finds failed requests and function invocations, without client errors (4xx), and failures that the code counts
    /// itself because no invocation fails, such as a champion that cannot be loaded while its predecessor serves on.
    /// </summary>
    public const string FailuresQuery = $"""
        union
            (AppRequests | where Success == false and not(ResultCode matches regex @"^4\d\d$")),
            (AppMetrics | where Name == "{InstrumentNames.Failures}" and Sum > 0)
        """;

    public const string DriftQuery = $"""
        AppTraces
        | where tostring(Properties.EventName) == "{EventNames.DriftAlert}"
        """;

    public const string StalenessQuery = $"""
        AppTraces
        | where tostring(Properties.EventName) == "{EventNames.StalenessAlert}"
        """;

    public const string RollBackQuery = $"""
        AppTraces
        | where tostring(Properties.EventName) == "{EventNames.RollBackAlert}"
        """;

    /// <summary>
    /// Computes the 95th percentile of the duration of prediction requests over both protocols. Leaves out predictions
    /// of files, whose duration grows with the file. A request is named after its function or its route, and either
    /// contains one of the words. Below 20 requests in 15 minutes, too few for a 95th percentile, there is no row.
    /// </summary>
    public const string LatencyQuery = $"""
        AppRequests
        | where Name has_any ("{FunctionNames.Predict}", "infer") and not(Name has "{FunctionNames.PredictFile}")
        | summarize P95 = percentile(DurationMs, 95), Requests = count()
        | where Requests >= 20
        """;

    private readonly Input<string> _group;
    private readonly Output<string> _workspace;

    public AlertRules(StackSettings settings, Input<string> group, Telemetry telemetry, SystemTopic topic)
    {
        _group = group;
        _workspace = telemetry.Workspace.Id;
        ActionGroup = new ActionGroup("people", new ActionGroupArgs
        {
            ResourceGroupName = group,
            Location = "Global",
            GroupShortName = "serverless",
            Enabled = true,
            EmailReceivers = settings.AlertEmails.Select((address, i) => new MicrosoftCommonEmailReceiverArgs
            {
                Name = $"receiver-{i + 1}",
                EmailAddress = address,
                UseCommonAlertSchema = true,
            }).ToList(),
        }).Id;

        Rule("failures", "Functions fail", 1, FailuresQuery, Occurs());
        Rule("drift", "A model's inputs or predictions have drifted", 2, DriftQuery, Occurs());
        Rule("staleness", "A model is stale", 2, StalenessQuery, Occurs());
        Rule("roll-back", "A canary or shadow performed worse and was rolled back", 2, RollBackQuery, Occurs());
        Rule("latency", "Predictions are slow", 2, LatencyQuery, new ConditionArgs
        {
            MetricMeasureColumn = "P95",
            TimeAggregation = TimeAggregation.Maximum,
            Operator = ConditionOperator.GreaterThan,
            Threshold = settings.LatencyAlert,
        });
        UndeliveredEvents(topic);
    }

    public Output<string> ActionGroup { get; }

    private static ConditionArgs Occurs() => new()
    {
        TimeAggregation = TimeAggregation.Count,
        Operator = ConditionOperator.GreaterThan,
        Threshold = 0,
    };

    private void Rule(string name, string title, int severity, string query, ConditionArgs condition)
    {
        condition.Query = query;
        condition.FailingPeriods = new ConditionFailingPeriodsArgs
        {
            NumberOfEvaluationPeriods = 1,
            MinFailingPeriodsToAlert = 1
        };
        _ = new ScheduledQueryRule(name, new ScheduledQueryRuleArgs
        {
            ResourceGroupName = _group,
            Kind = Kind.LogAlert,
            DisplayName = title,
            Severity = severity,
            Enabled = true,
            AutoMitigate = true,
            Scopes = { _workspace },
            EvaluationFrequency = "PT15M",
            WindowSize = "PT15M",
            Criteria = new ScheduledQueryRuleCriteriaArgs { AllOf = { condition } },
            Actions = new ActionsArgs { ActionGroups = { ActionGroup } },

            // Log Analytics creates the tables with the first telemetry, after this rule.
            SkipQueryValidation = true,
        });
    }

    private void UndeliveredEvents(SystemTopic topic) => _ = new MetricAlert("dead-letters", new MetricAlertArgs
    {
        ResourceGroupName = _group,
        Location = "global",
        Description = "Event Grid could not deliver an event for a new blob; the app's sweep will find the blob",
        Severity = 2,
        Enabled = true,
        AutoMitigate = true,
        Scopes = { topic.Id },
        EvaluationFrequency = "PT15M",
        WindowSize = "PT15M",
        Criteria = new MetricAlertSingleResourceMultipleMetricCriteriaArgs
        {
            OdataType = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            AllOf =
            {
                new MetricCriteriaArgs
                {
                    CriterionType = "StaticThresholdCriterion",
                    Name = "dead-lettered",
                    MetricNamespace = "Microsoft.EventGrid/systemTopics",
                    MetricName = "DeadLetteredCount",
                    TimeAggregation = AggregationTypeEnum.Total,
                    Operator = Operator.GreaterThan,
                    Threshold = 0,
                },
            },
        },
        Actions = { new MetricAlertActionArgs { ActionGroupId = ActionGroup } },
    });
}
