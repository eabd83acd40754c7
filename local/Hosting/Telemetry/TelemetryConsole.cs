namespace Serverless.Local.Hosting;

/// <summary>
/// Shows traces as they end, and every ten seconds the metrics that have changed, for <c>--telemetry</c>.
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
            // The host stops: what came since the last tick is still to be seen.
            metrics.Show();
        }
    }
}
