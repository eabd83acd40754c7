namespace Serverless.Local.Hosting.Telemetry;

/// <summary>
/// Shows traces as they end, and changed metrics every ten seconds, for <c>--telemetry</c>.
/// </summary>
internal sealed class TelemetryConsole(SpanConsole spans, MetricConsole metrics, TimeProvider clock) : BackgroundService
{
    public static TimeSpan Interval => TimeSpan.FromSeconds(10);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        spans.Start();
        metrics.Start();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) metrics.Show();
        }
        catch (OperationCanceledException)
        {
            // The host stops: shows the changes since the last tick.
            metrics.Show();
        }
    }
}
