using System.Text;
using Serverless.Core.Registry;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>
/// One version, loaded and ready: everything that an answer needs. Immutable but for its traffic counts.
/// </summary>
public sealed class ServedModel
{
    private volatile LiveRollout? _rollout;

    /// <exception cref="ModelFileException">It must not take traffic, and why.</exception>
    public ServedModel(string name, int version, LoadedModel model, ServingOptions options)
    {
        Name = name;
        Version = version;
        Model = model;
        Encoder = new RowEncoder(model.Signature);
        Fields = new RowFields(model.Signature, Encoder);
        Json = new JsonAnswer(name, version, model.Signature);
        Explained = new Lazy<ExplainedAnswer?>(() => ExplainedAnswer.For(model, Json, options.MaxExplainedRows));
        Traffic = new TrafficRecorder(name, version, model, options);
        Bytes = (5 * model.FileBytes) + (4096L * model.Signature.Features.Count) + 16384;
        WarmUp();
    }

    public string Name { get; }

    public int Version { get; }

    public LoadedModel Model { get; }

    public Signature Signature => Model.Signature;

    public ModelDescription Description => new(Name, Version, Signature, Model.Profile);

    public RowEncoder Encoder { get; }

    public RowFields Fields { get; }

    internal JsonAnswer Json { get; }

    /// <summary>Made when first asked for; null where the model cannot be explained exactly.</summary>
    internal Lazy<ExplainedAnswer?> Explained { get; }

    internal TrafficRecorder Traffic { get; set; }

    /// <summary>
    /// About what it takes of memory: the trees of a file lie in memory as they do in it and once more laid out for
    /// scoring, and every feature brings its names, bins and counts.
    /// </summary>
    public long Bytes { get; }

    /// <summary>The roll-out of another version beside this one, the champion; null where none is live.</summary>
    internal LiveRollout? Rollout
    {
        get => _rollout;
        set => _rollout = value;
    }

    /// <summary>The version that is rolled out beside this one, as far as this process has heard; null: none.</summary>
    public int? RolledOut => _rollout?.State.Version;

    /// <summary>Scores one row in the background, for a shadow.</summary>
    /// <param name="json">The row as it was asked: a JSON object.</param>
    /// <returns>What is wrong with the row; null where it was scored.</returns>
    /// <exception cref="ModelFileException">An output is not finite.</exception>
    internal FieldError? ScoreRow(ReadOnlySpan<byte> json, Span<double> outputs)
    {
        var rows = RequestRows.OfThread(Encoder.SlotCount);
        if (!JsonFormat.TryReadRows(this, json, maxRows: 1, rows, out var errors)) return errors[0];
        Model.Scorer.Score(rows.Slots(0), outputs);
        RequireFinite(outputs, "a row");
        return null;
    }

    /// <summary>
    /// Everything that an answer needs, tried before anybody asks: that signature and profile belong together, and that
    /// the scorer answers a row in which everything is missing and one as it was usual in training.
    /// </summary>
    /// <exception cref="ModelFileException">It must not take traffic, and why.</exception>
    private void WarmUp()
    {
        if (Model.Profile.Features.Count != Signature.Features.Count)
        {
            throw Unfit($"has a profile of {Model.Profile.Features.Count} features; expected "
                + $"{Signature.Features.Count}, as its signature has");
        }

        var rows = RequestRows.OfThread(Encoder.SlotCount);
        rows.Add();
        RequireFinite(rows.Slots(0), "a row without values");
        rows.Clear();
        var example = Encoding.UTF8.GetBytes(ExampleRow.For(Model));
        var reader = new CarefulRowReader(this, maxRows: 1, rows);
        // One that lacks a required value, because there was none in training, has been scored above.
        if (reader.Read(example)) RequireFinite(rows.Slots(0), Encoding.UTF8.GetString(example));
    }

    private void RequireFinite(ReadOnlySpan<float> slots, string what)
    {
        var outputs = new double[Model.Scorer.OutputCount];
        try
        {
            Model.Scorer.Score(slots, outputs);
        }
        catch (ArgumentException e)
        {
            throw Unfit($"cannot score {what}: {e.Message}");
        }

        RequireFinite(outputs, what);
    }

    private void RequireFinite(ReadOnlySpan<double> outputs, string what)
    {
        foreach (var output in outputs)
        {
            if (!double.IsFinite(output)) throw Unfit($"answers {output} to {what}; expected a finite number");
        }
    }

    private ModelFileException Unfit(string what) => new($"Version {Version} of {Name} {what}.");
}
