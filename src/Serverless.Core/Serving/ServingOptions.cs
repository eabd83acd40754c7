using Microsoft.Extensions.Options;

namespace Serverless.Core.Serving;

/// <summary>Limits and intervals of answering predictions.</summary>
/// <remarks>A property with a setter is bound to the app setting of its name; one that is init-only is not.</remarks>
public sealed record ServingOptions
{
    /// <summary>
    /// No instance answers with a retired version for longer than this after a promotion. 50 ms to 1 h.
    /// </summary>
    [Limits("00:00:00.05", "01:00:00")]
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Memory for loaded models, in megabytes of 2^20 bytes; the one that was asked least recently makes room. A single
    /// larger model is kept all the same.
    /// </summary>
    [Limits(1)]
    public int ModelCacheMegabytes { get; set; } = 512;

    /// <summary><see cref="ModelCacheMegabytes"/> in bytes.</summary>
    public long CacheBytes => (long)ModelCacheMegabytes << 20;

    /// <summary>
    /// The size of a cache that is gone. Earlier stacks set 0, which still holds; more would have no effect, so a start
    /// fails.
    /// </summary>
    [NoEffect("answers are not cached")]
    public int AnswerCacheMegabytes { get; set; }

    /// <summary>
    /// How often what was asked and answered is written to the store. A killed process loses at most this.
    /// </summary>
    [Limits("00:00:00.0000001")]
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Largest request body, in bytes.</summary>
    [Limits(1)]
    public int MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>Most rows in one request.</summary>
    [Limits(1)]
    public int MaxRows { get; init; } = 10_000;

    /// <summary>
    /// Most rows in one request that asks for explanations, each of which costs as much as dozens of predictions.
    /// </summary>
    [Limits(1)]
    public int MaxExplainedRows { get; init; } = 100;

    /// <summary>Predictions that one flush keeps one by one, drawn evenly from all.</summary>
    [Limits(0)]
    public int SampleRows { get; init; } = 100;

    /// <summary>A row of more bytes than this is left out of the sample; its id and its outputs are kept.</summary>
    [Limits(0)]
    public int MaxSampleRowBytes { get; init; } = 16 << 10;
}

[OptionsValidator]
internal sealed partial class ServingOptionsValidator : IValidateOptions<ServingOptions>;
