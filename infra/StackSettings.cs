namespace Serverless.Infra;

/// <summary>
/// What <c>Pulumi.{stack}.yaml</c> says under <c>serverless:</c>, with defaults for all but the addresses.
/// </summary>
internal sealed record StackSettings
{
    /// <summary>The published app, from the folder of <c>Pulumi.yaml</c>.</summary>
    public string PackagePath { get; init; } = "../artifacts/functions.zip";

    /// <summary>Who hears of alerts and of the budget.</summary>
    public required IReadOnlyList<string> AlertEmails { get; init; }

    /// <summary>Object ids of people or groups that may drop data and edit model.json.</summary>
    public IReadOnlyList<string> DataWriters { get; init; } = [];

    public int MaximumInstances { get; init; } = 40;

    /// <summary>Megabytes of one instance: 512, 2048 or 4096. Cores come with them.</summary>
    public int InstanceMemory { get; init; } = 2048;

    /// <summary>Instances for HTTP that never sleep; 0 costs nothing at rest and has cold starts.</summary>
    public int AlwaysReady { get; init; }

    /// <summary>
    /// HTTP requests that one instance takes at a time; Azure starts another one only for more. A prediction takes
    /// microseconds, so an instance bears many. Where absent, nothing is set and Azure's default by instance memory
    /// counts: 4 at 512 MB, 16 at 2048 MB, 32 at 4096 MB
    /// (https://learn.microsoft.com/azure/azure-functions/functions-concurrency#http-trigger-concurrency).
    /// </summary>
    public int? HttpConcurrency { get; init; }

    /// <summary>
    /// How long one invocation trains or predicts a file before the next one continues; host.json allows 30 minutes.
    /// </summary>
    public TimeSpan TrainingLimit { get; init; } = TimeSpan.FromMinutes(25);

    /// <summary>Megabytes for loaded models; a quarter of the instance's memory where it is not set.</summary>
    public int ModelCacheMegabytes { get; init; } = 512;

    /// <summary>NCRONTAB, six fields, UTC.</summary>
    public string StalenessSchedule { get; init; } = "0 0 * * * *";

    /// <summary>NCRONTAB, six fields, UTC.</summary>
    public string DriftSchedule { get; init; } = "0 */15 * * * *";

    /// <summary>When files whose event was lost are looked for, in NCRONTAB.</summary>
    public string SweepSchedule { get; init; } = "0 40 * * * *";

    /// <summary>When canaries and shadows are judged, in NCRONTAB.</summary>
    public string RolloutSchedule { get; init; } = "0 * * * * *";

    /// <summary>Standard_LRS, Standard_ZRS, Standard_GRS or Standard_GZRS.</summary>
    public string Replication { get; init; } = "Standard_LRS";

    /// <summary>Days in which a deleted or overwritten blob can be had back.</summary>
    public int SoftDeleteDays { get; init; } = 14;

    /// <summary>
    /// Days that the logs of predictions are kept; drift and performance need the model's own window.
    /// </summary>
    public int PredictionLogDays { get; init; } = 90;

    /// <summary>Days in Log Analytics; the first 31 are free, and up to 90 with Application Insights.</summary>
    public int LogDays { get; init; } = 30;

    /// <summary>Gigabytes of logs a day, after which Log Analytics takes no more.</summary>
    public double LogGigabytesPerDay { get; init; } = 1;

    /// <summary>Milliseconds; an alert where 95 % of the predictions of a quarter of an hour are not faster.</summary>
    public int LatencyAlert { get; init; } = 1000;

    /// <summary>A month's limit in the subscription's currency; none where absent.</summary>
    public double? Budget { get; init; }

    /// <summary>Puts the storage behind private endpoints in a network of its own.</summary>
    public bool PrivateNetwork { get; init; }

    /// <summary>Addresses or CIDR ranges that may reach the storage although it is private.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <param name="read">The text of a setting, or null where it is absent; lists are JSON.</param>
    /// <exception cref="SettingsException">
    /// Names every setting that is wrong, what was expected and what was found.
    /// </exception>
    public static StackSettings Read(Func<string, string?> read)
    {
        var reader = new SettingsReader(read);
        var defaults = new StackSettings { AlertEmails = [] };
        var memory = reader.OneOf("instanceMemory", defaults.InstanceMemory, [512, 2048, 4096]);
        var settings = new StackSettings
        {
            PackagePath = reader.Text("packagePath", defaults.PackagePath),
            AlertEmails = reader.List(
                "alertEmails", 1, "an e-mail address", v => v.IndexOf('@') > 0 && !v.EndsWith('@')),
            DataWriters = reader.List("dataWriters", 0, "an object id (a GUID)", v => Guid.TryParse(v, out _)),
            MaximumInstances = reader.Integer("maximumInstances", defaults.MaximumInstances, 1, 1000),
            InstanceMemory = memory,
            AlwaysReady = reader.Integer("alwaysReady", defaults.AlwaysReady, 0, 1000),
            HttpConcurrency = reader.Integer("httpConcurrency", 1, 1000),
            TrainingLimit = reader.Time(
                "trainingLimit", defaults.TrainingLimit, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(29)),
            ModelCacheMegabytes = reader.Integer("modelCacheMegabytes", memory / 4, 1, memory / 2),
            StalenessSchedule = reader.Schedule("stalenessSchedule", defaults.StalenessSchedule),
            DriftSchedule = reader.Schedule("driftSchedule", defaults.DriftSchedule),
            SweepSchedule = reader.Schedule("sweepSchedule", defaults.SweepSchedule),
            RolloutSchedule = reader.Schedule("rolloutSchedule", defaults.RolloutSchedule),
            Replication = reader.OneOf(
                "replication", defaults.Replication, ["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"]),
            SoftDeleteDays = reader.Integer("softDeleteDays", defaults.SoftDeleteDays, 1, 365),
            PredictionLogDays = reader.Integer("predictionLogDays", defaults.PredictionLogDays, 1, 3650),
            LogDays = reader.Integer("logDays", defaults.LogDays, 30, 730),
            LogGigabytesPerDay = reader.Number("logGigabytesPerDay", 0.1, 1000) ?? defaults.LogGigabytesPerDay,
            LatencyAlert = reader.Integer("latencyAlert", defaults.LatencyAlert, 1, 600_000),
            Budget = reader.Number("budget", 1, 1_000_000),
            PrivateNetwork = reader.Switch("privateNetwork"),
            AllowedAddresses = reader.List(
                "allowedAddresses",
                0,
                "an IPv4 address or CIDR range",
                v => System.Net.IPNetwork.TryParse(v.Contains('/', StringComparison.Ordinal) ? v : v + "/32", out _)),
        };
        reader.RequireAbsent("answerCacheMegabytes");
        reader.ThrowIfWrong();
        return settings;
    }
}
