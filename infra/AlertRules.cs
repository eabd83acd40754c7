using Pulumi;
using Pulumi.AzureNative.EventGrid;
using Pulumi.AzureNative.Monitor;
using Pulumi.AzureNative.Monitor.Inputs;
using Serverless.Core.Telemetry;

namespace Serverless.Infra;

/// <summary>What people are called for, each rule with the query that finds it.</summary>
internal sealed class AlertRules
{
    /// <summary>
    /// Functions that failed by a fault of ours; a caller's mistake (4xx) is none. And what failed without ending a
    /// function, as a champion that cannot be loaded while the one before it goes on: the code counts those itself.
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
    /// Requests for predictions, over either protocol; a file's may take as long as it likes. A request is named after
    /// its function or its path, and both hold the word. A few say nothing about a tail: below 20 in a quarter of an
    /// hour there is no row.
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
        Rule("staleness", "A model is older than its owner allows", 2, StalenessQuery, Occurs());
        Rule("roll-back", "A canary or shadow was worse, and was rolled back", 2, RollBackQuery, Occurs());
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

            // The tables are made by the first telemetry, after this rule.
            SkipQueryValidation = true,
        });
    }

    private void UndeliveredEvents(SystemTopic topic) => _ = new MetricAlert("dead-letters", new MetricAlertArgs
    {
        ResourceGroupName = _group,
        Location = "global",
        Description = "Event Grid gave up on telling the app of a blob; the app's own sweep still finds it",
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
