using Microsoft.Extensions.Options;

namespace Serverless.Core.Serving;

/// <summary>Limits and intervals of serving.</summary>
/// <remarks>Settable properties are bound to the app setting of the same name, init-only ones are not.</remarks>
public sealed record ServingOptions
{
    /// <summary>
    /// Max time after a promotion during which an instance may answer with the former champion. 50 ms to 1 h.
    /// </summary>
    [Limits("00:00:00.05", "01:00:00")]
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Max memory for loaded models, in MiB; the least recently used is evicted. A single larger model is kept
    /// nevertheless.
    /// </summary>
    [Limits(1)]
    public int ModelCacheMegabytes { get; set; } = 512;

    /// <summary><see cref="ModelCacheMegabytes"/> in bytes.</summary>
    public long CacheBytes => (long)ModelCacheMegabytes << 20;

    /// <summary>
    /// Size of a former cache of answers. 0, set by earlier stacks, is accepted; other values fail at start-up, since
    /// they have no effect.
    /// </summary>
    [NoEffect("answers are not cached")]
    public int AnswerCacheMegabytes { get; set; }

    /// <summary>Interval of writing the prediction log. A killed process loses at most this much.</summary>
    [Limits("00:00:00.0000001")]
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Max bytes of a request body.</summary>
    [Limits(1)]
    public int MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>Max rows per request.</summary>
    [Limits(1)]
    public int MaxRows { get; init; } = 10_000;

    /// <summary>Max rows per explained request; an explanation costs as much as dozens of predictions.</summary>
    [Limits(1)]
    public int MaxExplainedRows { get; init; } = 100;

    /// <summary>Max predictions stored individually per flush, sampled uniformly.</summary>
    [Limits(0)]
    public int SampleRows { get; init; } = 100;

    /// <summary>
    /// Max bytes of a row in the sample; the id and outputs of longer ones are stored without the row.
    /// </summary>
    [Limits(0)]
    public int MaxSampleRowBytes { get; init; } = 16 << 10;
}

[OptionsValidator]
internal sealed partial class ServingOptionsValidator : IValidateOptions<ServingOptions>;
