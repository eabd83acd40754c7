namespace Serverless.Infra;

/// <summary>
/// The settings below <c>serverless:</c> in <c>Pulumi.{stack}.yaml</c>. All but the e-mail addresses have defaults.
/// </summary>
internal sealed record StackSettings
{
    /// <summary>Path of the zip of the published app, from the folder of <c>Pulumi.yaml</c>.</summary>
    public string PackagePath { get; init; } = "../artifacts/functions.zip";

    /// <summary>E-mail addresses that get alerts and budget warnings.</summary>
    public required IReadOnlyList<string> AlertEmails { get; init; }

    /// <summary>Object ids of people or groups that may drop data and edit model.json.</summary>
    public IReadOnlyList<string> DataWriters { get; init; } = [];

    /// <summary>Instances that Azure may run at a time.</summary>
    public int MaximumInstances { get; init; } = 40;

    /// <summary>Memory of one instance in megabytes: 512, 2048 or 4096. Cores grow with it.</summary>
    public int InstanceMemory { get; init; } = 2048;

    /// <summary>Always-ready instances for HTTP. With 0, nothing is billed at rest and there are cold starts.</summary>
    public int AlwaysReady { get; init; }

    /// <summary>
    /// HTTP requests that one instance takes at a time before Azure starts another. A prediction takes microseconds, so
    /// an instance can take many. Where absent, Azure's default by instance memory applies: 4 at 512 MB, 16 at 2048 MB,
    /// 32 at 4096 MB. See
    /// https://learn.microsoft.com/azure/azure-functions/functions-concurrency#http-trigger-concurrency.
    /// </summary>
    public int? HttpConcurrency { get; init; }

    /// <summary>
    /// Time for which one invocation trains or predicts a file before the next one continues. Stays below the
    /// functionTimeout of host.json, 30 minutes.
    /// </summary>
    public TimeSpan TrainingLimit { get; init; } = TimeSpan.FromMinutes(25);

    /// <summary>Megabytes for loaded models. Where absent, a quarter of the instance's memory.</summary>
    public int ModelCacheMegabytes { get; init; } = 512;

    /// <summary>When the age of models is checked. NCRONTAB, six fields, UTC.</summary>
    public string StalenessSchedule { get; init; } = "0 0 * * * *";

    /// <summary>When drift is checked. NCRONTAB, six fields, UTC.</summary>
    public string DriftSchedule { get; init; } = "0 */15 * * * *";

    /// <summary>When files whose event was lost are searched for. NCRONTAB, six fields, UTC.</summary>
    public string SweepSchedule { get; init; } = "0 40 * * * *";

    /// <summary>When canaries and shadows are judged. NCRONTAB, six fields, UTC.</summary>
    public string RolloutSchedule { get; init; } = "0 * * * * *";

    /// <summary>When the sources of models are looked at. NCRONTAB, six fields, UTC.</summary>
    public string SourceSchedule { get; init; } = "0 */5 * * * *";

    /// <summary>Redundancy of the storage: Standard_LRS, Standard_ZRS, Standard_GRS or Standard_GZRS.</summary>
    public string Replication { get; init; } = "Standard_LRS";

    /// <summary>Days for which a deleted or overwritten blob can be restored.</summary>
    public int SoftDeleteDays { get; init; } = 14;

    /// <summary>
    /// Days for which prediction logs are kept. Drift and performance need at least the window of model.json.
    /// </summary>
    public int PredictionLogDays { get; init; } = 90;

    /// <summary>Days for which telemetry is kept. Log Analytics includes 31, with Application Insights 90.</summary>
    public int LogDays { get; init; } = 30;

    /// <summary>Daily quota in gigabytes, after which Log Analytics drops telemetry.</summary>
    public double LogGigabytesPerDay { get; init; } = 1;

    /// <summary>Threshold in milliseconds for the 95th percentile of prediction requests in 15 minutes.</summary>
    public int LatencyAlert { get; init; } = 1000;

    /// <summary>Monthly amount in the subscription's currency. Where absent, there is no budget.</summary>
    public double? Budget { get; init; }

    /// <summary>Closes the storage to all but its own network and <see cref="AllowedAddresses"/>.</summary>
    public bool PrivateNetwork { get; init; }

    /// <summary>IPv4 addresses or CIDR ranges that may reach the storage although it is private.</summary>
    public IReadOnlyList<string> AllowedAddresses { get; init; } = [];

    /// <param name="read">Returns the text of a setting, null where it is absent. Lists are JSON.</param>
    /// <exception cref="SettingsException">
    /// Names every wrong setting, with what was expected and what was found.
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
            SourceSchedule = reader.Schedule("sourceSchedule", defaults.SourceSchedule),
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
                "allowedAddresses", 0, "an IPv4 address, or a CIDR range of /30 or wider", IsAddressOrRange),
        };
        reader.RequireAbsent("answerCacheMegabytes");
        reader.ThrowIfWrong();
        return settings;
    }

    /// <summary>Azure Storage takes IPv4 only, and single addresses in place of ranges of /31 and /32.</summary>
    private static bool IsAddressOrRange(string text)
    {
        var isRange = text.Contains('/', StringComparison.Ordinal);
        return System.Net.IPNetwork.TryParse(isRange ? text : text + "/32", out var network)
            && network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            && (!isRange || network.PrefixLength <= 30);
    }
}
