using Serverless.Training;

namespace Serverless.Serving;

/// <summary>One version, loaded and ready: everything that an answer needs. Immutable but for its traffic counts and its retirement.</summary>
public sealed class ServedModel
{
    public ServedModel(string name, int version, LoadedModel model, ServingOptions options)
    {
        Name = name;
        Version = version;
        Model = model;
        Encoder = new RowEncoder(model.Signature);
        Fields = new RowFields(model.Signature, Encoder);
        Template = new AnswerTemplate(name, version, model.Signature);
        Explanations = new Lazy<ExplanationTemplate?>(() => ExplanationTemplate.For(model));
        Traffic = new TrafficRecorder(name, version, model, options);
        WarmUp();
    }

    public string Name { get; }

    public int Version { get; }

    public LoadedModel Model { get; }

    public Signature Signature => Model.Signature;

    public RowEncoder Encoder { get; }

    internal RowFields Fields { get; }

    internal AnswerTemplate Template { get; }

    /// <summary>Made when first asked for; null where the model cannot be explained exactly.</summary>
    internal Lazy<ExplanationTemplate?> Explanations { get; }

    internal TrafficRecorder Traffic { get; }

    /// <summary>When another version took over; null while this one is the champion.</summary>
    internal DateTimeOffset? RetiredAt { get; set; }

    /// <summary>Scores a row in which everything is missing: a scorer that cannot do this must not take traffic.</summary>
    private void WarmUp()
    {
        Span<float> slots = new float[Signature.Slots.Count];
        slots.Fill(float.NaN);
        Span<double> outputs = new double[Model.Scorer.OutputCount];
        Model.Scorer.Score(slots, outputs);
        foreach (var output in outputs)
        {
            if (!double.IsFinite(output))
            {
                throw new ModelFileException(
                    $"Version {Version} of {Name} answers {output} to a row without values; expected a finite number.");
            }
        }
    }
}
