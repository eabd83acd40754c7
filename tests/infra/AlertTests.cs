using System.Collections.Immutable;

namespace Serverless.Infra.Tests;

public sealed class AlertTests
{
    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task People_are_mailed_failures_drift_staleness_slowness_roll_backs_and_lost_events(string name)
    {
        var settings = ExampleStack.Settings(name);
        var stack = await ExampleStack.RunAsync(name);
        var group = stack.One("monitor:ActionGroup");
        Assert.Equal(
            settings.AlertEmails,
            group.List("emailReceivers").Select(r => (string)((ImmutableDictionary<string, object>)r)["emailAddress"]));
        var groupId = $"/subscriptions/{Azure.Subscription}/azure-native:monitor:ActionGroup/people";

        var rules = stack.All("monitor:ScheduledQueryRule").ToDictionary(r => r.Name);
        Assert.Equal(["drift", "failures", "latency", "roll-back", "staleness"], rules.Keys.Order());
        Assert.All(rules.Values, r => Assert.Equal([groupId], r.List("actions.actionGroups").Cast<string>()));
        var failures = Condition(rules["failures"]).Text("query");
        Assert.Contains("AppRequests | where Success == false", failures);
        Assert.Contains("AppMetrics | where Name == \"serverless.failures\"", failures);
        Assert.Contains($"\"{EventNames.DriftAlert}\"", Condition(rules["drift"]).Text("query"));
        Assert.Contains($"\"{EventNames.StalenessAlert}\"", Condition(rules["staleness"]).Text("query"));
        Assert.Contains($"\"{EventNames.RollBackAlert}\"", Condition(rules["roll-back"]).Text("query"));
        var latency = Condition(rules["latency"]);
        Assert.Contains($"has_any (\"{FunctionNames.Predict}\", \"infer\")", latency.Text("query"));
        Assert.Contains($"not(Name has \"{FunctionNames.PredictFile}\")", latency.Text("query"));
        Assert.Equal(
            ("P95", (double)settings.LatencyAlert), (latency.Text("metricMeasureColumn"), latency.Number("threshold")));

        var lost = stack.One("monitor:MetricAlert");
        Assert.Equal(
            [$"/subscriptions/{Azure.Subscription}/azure-native:eventgrid:SystemTopic/blob-events"],
            lost.List("scopes").Cast<string>());
    }

    [Fact]
    public void The_code_logs_and_counts_what_alert_rules_query()
    {
        var log = File.ReadAllText(Repository.PathOf("src/Serverless.Core/Alerting/AlertLog.cs"));
        Assert.Contains("EventName = EventNames.DriftAlert", log, StringComparison.Ordinal);
        Assert.Contains("EventName = EventNames.StalenessAlert", log, StringComparison.Ordinal);
        Assert.Contains("EventName = EventNames.RollBackAlert", log, StringComparison.Ordinal);
        var counter = File.ReadAllText(Repository.PathOf("src/Serverless.Core/Telemetry/Failures.cs"));
        Assert.Contains("InstrumentNames.Failures", counter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_starts_this_month_and_exists_only_where_an_amount_is_set()
    {
        var budget = (await ExampleStack.RunAsync("prod", s => s with { Budget = 500 })).One("consumption:Budget");
        Assert.Equal(500, budget.Number("amount"));
        Assert.Equal("2026-05-01T00:00:00Z", budget.Text("timePeriod.startDate"));
        Assert.Empty((await ExampleStack.RunAsync("prod", s => s with { Budget = null })).All("consumption:Budget"));
    }

    [Fact]
    public async Task Logs_go_to_one_workspace_with_a_daily_limit()
    {
        var stack = await ExampleStack.RunAsync("prod", s => s with { LogGigabytesPerDay = 0.5 });
        Assert.Equal(0.5, stack.One("operationalinsights:Workspace").Number("workspaceCapping.dailyQuotaGb"));
        Assert.Equal(
            $"/subscriptions/{Azure.Subscription}/azure-native:operationalinsights:Workspace/logs",
            stack.One("applicationinsights:Component").Text("workspaceResourceId"));
    }

    private static Registered Condition(Registered rule) =>
        new("condition", rule.Name, (ImmutableDictionary<string, object>)Assert.Single(rule.List("criteria.allOf")));
}
