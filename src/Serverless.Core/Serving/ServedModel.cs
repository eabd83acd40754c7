using System.Text;
using Serverless.Core.Registry;
using Serverless.Learning.Features;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Serving;

/// <summary>One loaded version, ready to answer. Immutable except for its traffic counts and its roll-out.</summary>
public sealed class ServedModel
{
    private volatile LiveRollout? _rollout;

    /// <exception cref="ModelFileException">The version must not answer; the message says why.</exception>
    public ServedModel(string name, int version, LoadedModel model, ServingOptions options)
    {
        Name = name;
        Version = version;
        Model = model;
        Encoder = new RowEncoder(model.Signature);
        Fields = new RowFields(model.Signature, Encoder);
        Known = new KnownCategories(version, model.Signature, Encoder);
        Json = new JsonAnswer(name, version, model.Signature, Known);
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

    /// <summary>Finds values that the version does not know.</summary>
    public KnownCategories Known { get; }

    internal JsonAnswer Json { get; }

    /// <summary>Created on demand; null if the model cannot be explained exactly.</summary>
    internal Lazy<ExplainedAnswer?> Explained { get; }

    internal TrafficRecorder Traffic { get; set; }

    /// <summary>
    /// Estimated memory: trees are held as in the file and once more in the scoring layout, and every feature adds its
    /// names, bins and counts.
    /// </summary>
    public long Bytes { get; }

    /// <summary>The live roll-out beside this champion; null without one.</summary>
    internal LiveRollout? Rollout
    {
        get => _rollout;
        set => _rollout = value;
    }

    /// <summary>The version rolled out beside this one, as known to this process; null without one.</summary>
    public int? RolledOut => _rollout?.State.Version;

    /// <summary>Scores one row in the background, for a shadow.</summary>
    /// <param name="json">The row as requested: a JSON object.</param>
    /// <returns>The row's error; null if it was scored.</returns>
    /// <exception cref="ModelFileException">An output is not finite.</exception>
    internal FieldError? ScoreRow(ReadOnlySpan<byte> json, Span<double> outputs)
    {
        var rows = RequestRows.OfThread(Encoder);
        if (!JsonFormat.TryReadRows(this, json, maxRows: 1, rows, out var errors)) return errors[0];
        Model.Scorer.Score(rows.Slots(0), outputs);
        RequireFinite(outputs, "a row");
        return null;
    }

    /// <summary>
    /// Checks before the first request that signature and profile match, and that the scorer answers a row of missing
    /// values and a typical row of the training data.
    /// </summary>
    /// <exception cref="ModelFileException">The version must not answer; the message says why.</exception>
    private void WarmUp()
    {
        if (Model.Profile.Features.Count != Signature.Features.Count)
        {
            throw Unfit($"has a profile of {Model.Profile.Features.Count} features; expected "
                + $"{Signature.Features.Count}, as its signature has");
        }

        var rows = RequestRows.OfThread(Encoder);
        rows.Add();
        RequireFinite(rows.Slots(0), "a row without values");
        rows.Clear();
        var example = Encoding.UTF8.GetBytes(ExampleRow.For(Model));
        var reader = new CarefulRowReader(this, maxRows: 1, rows);
        // An example without a required value, which training did not have either, is covered by the check above.
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
