using System.Globalization;

namespace Serverless.Core.Serving;

/// <summary>Limits and intervals of answering predictions.</summary>
public sealed record ServingOptions
{
    private const string RemovedAnswerCache = "AnswerCacheMegabytes";

    /// <summary>No instance answers with a retired version for longer than this after a promotion. 50 ms to 1 h.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Memory for loaded models, in bytes; the one that was asked least recently makes room. At least 1 MB. A single
    /// larger model is kept all the same.
    /// </summary>
    public long CacheBytes { get; init; } = 512L << 20;

    /// <summary>How often what was asked and answered is written to the store. A killed process loses at most this.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Largest request body, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>Most rows in one request.</summary>
    public int MaxRows { get; init; } = 10_000;

    /// <summary>Most rows in one request that asks for explanations, each of which costs as much as dozens of predictions.</summary>
    public int MaxExplainedRows { get; init; } = 100;

    /// <summary>Predictions that one flush keeps one by one, drawn evenly from all.</summary>
    public int SampleRows { get; init; } = 100;

    /// <summary>A row of more bytes than this is left out of the sample; its id and its outputs are kept.</summary>
    public int MaxSampleRowBytes { get; init; } = 16 << 10;

    /// <summary>The defaults, but for what app settings say.</summary>
    /// <param name="setting">Finds the value of a setting, null where there is none.</param>
    /// <exception cref="FormatException">Names the setting, what was expected and what was found.</exception>
    public static ServingOptions Parse(Func<string, string?> setting)
    {
        // Earlier stacks set 0, for no cache, which still holds.
        if (setting(RemovedAnswerCache) is { Length: > 0 } megabytesOfAnswers and not "0")
        {
            throw new FormatException(
                $"{RemovedAnswerCache}: the setting has no effect any more, answers are not cached; "
                + $"expected it to be removed, found '{megabytesOfAnswers}'.");
        }

        if (setting(SettingNames.ModelCache) is not { Length: > 0 } text) return new ServingOptions();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes >= 1
            ? new ServingOptions { CacheBytes = (long)megabytes << 20 }
            : throw new FormatException(
                $"{SettingNames.ModelCache}: expected a whole number of megabytes, at least 1, found '{text}'.");
    }

    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (RefreshInterval < TimeSpan.FromMilliseconds(50) || RefreshInterval > TimeSpan.FromHours(1))
        {
            throw new ArgumentException($"RefreshInterval: expected 50 ms to 1 h, found {RefreshInterval}.");
        }

        if (FlushInterval <= TimeSpan.Zero)
        {
            throw new ArgumentException($"FlushInterval: expected more than 0, found {FlushInterval}.");
        }

        if (CacheBytes < 1 << 20) throw new ArgumentException($"CacheBytes: expected at least {1 << 20}, found {CacheBytes}.");
        if (MaxBodyBytes < 1) throw new ArgumentException($"MaxBodyBytes: expected at least 1, found {MaxBodyBytes}.");
        if (MaxRows < 1) throw new ArgumentException($"MaxRows: expected at least 1, found {MaxRows}.");
        if (MaxExplainedRows < 1) throw new ArgumentException($"MaxExplainedRows: expected at least 1, found {MaxExplainedRows}.");
        if (MaxSampleRowBytes < 0) throw new ArgumentException($"MaxSampleRowBytes: expected at least 0, found {MaxSampleRowBytes}.");
        if (SampleRows < 0) throw new ArgumentException($"SampleRows: expected at least 0, found {SampleRows}.");
    }
}
