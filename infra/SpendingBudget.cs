using System.Globalization;
using Pulumi;
using Pulumi.AzureNative.Consumption;
using Pulumi.AzureNative.Consumption.Inputs;

namespace Serverless.Infra;

/// <summary>
/// Mails people when the month's cost reaches 80 % of the amount and when its forecast reaches the amount. It stops
/// nothing.
/// </summary>
internal static class SpendingBudget
{
    public static Budget Create(
        double amount, StackSettings settings, Input<string> group, Output<string> subscription, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new Budget("budget", new BudgetArgs
        {
            Scope = Output.Format($"/subscriptions/{subscription}/resourceGroups/{group}"),
            Category = CategoryType.Cost,
            Amount = amount,
            TimeGrain = TimeGrainType.Monthly,
            TimePeriod = new BudgetTimePeriodArgs
            {
                StartDate = new DateTime(now.Year, now.Month, 1).ToString(
                    "yyyy-MM-dd'T'00:00:00'Z'", CultureInfo.InvariantCulture),
            },
            Notifications =
            {
                ["actual-80"] = Notification(ThresholdType.Actual, 80, settings),
                ["forecast-100"] = Notification(ThresholdType.Forecasted, 100, settings),
            },
        },

            // A new budget must start in the current month. Without this, the next month would replace the budget.
            new CustomResourceOptions { IgnoreChanges = { "timePeriod" } });
    }

    private static NotificationArgs Notification(ThresholdType type, int percent, StackSettings settings) => new()
    {
        Enabled = true,
        Operator = OperatorType.GreaterThanOrEqualTo,
        Threshold = percent,
        ThresholdType = type,
        ContactEmails = settings.AlertEmails.ToList(),
    };
}
