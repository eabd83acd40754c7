using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Core.Serving;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Web.OpenInference;

/// <summary>The output tensors of a version: what is the same in every answer of it, written once.</summary>
internal sealed class TensorTemplate
{
    // A version's template goes when the version makes room in the cache.
    private static readonly ConditionalWeakTable<ServedModel, TensorTemplate> _templates = [];

    private TensorTemplate(string model, int version, Signature signature)
    {
        Task = signature.Task;
        var versionText = Encoding.UTF8.GetBytes($",\"model_version\":\"{version}\"");
        Start = [.. "{\"model_name\":"u8, .. JsonText.Quote(model), .. versionText];
        Classes = [.. signature.Classes.Select(JsonText.Quote)];
        var names = Classes.Select(
            (name, c) => (byte[])[.. Encoding.UTF8.GetBytes($"{(c == 0 ? "" : ",")}\"{c}\":"), .. name]);
        ClassNames = [.. ",\"parameters\":{"u8, .. names.SelectMany(n => n), (byte)'}'];
    }

    public ModelTask Task { get; }

    /// <summary>Names of model and version, up to where the id follows.</summary>
    public byte[] Start { get; }

    /// <summary>The labels, with their quotes.</summary>
    public byte[][] Classes { get; }

    /// <summary>Which column of the probabilities belongs to which class.</summary>
    public byte[] ClassNames { get; }

    public static TensorTemplate Of(ServedModel served) =>
        _templates.GetValue(served, static s => new TensorTemplate(s.Name, s.Version, s.Signature));

    public static InferenceOutputs OutputsOf(ModelTask task) => task == ModelTask.Regression
        ? InferenceOutputs.Prediction | InferenceOutputs.Ids
        : InferenceOutputs.Prediction | InferenceOutputs.Probabilities | InferenceOutputs.Ids;

    public static string[] OutputNames(ModelTask task) =>
        task == ModelTask.Regression ? ["value", "id"] : ["label", "probabilities", "id"];

    /// <returns>None where the task has no output of that name.</returns>
    public static InferenceOutputs OutputOf(ModelTask task, string name) => name switch
    {
        "value" when task == ModelTask.Regression => InferenceOutputs.Prediction,
        "label" when task != ModelTask.Regression => InferenceOutputs.Prediction,
        "probabilities" when task != ModelTask.Regression => InferenceOutputs.Probabilities,
        "id" => InferenceOutputs.Ids,
        _ => InferenceOutputs.None,
    };

    /// <summary>Class names by the index of their column.</summary>
    public static IReadOnlyDictionary<string, string> Columns(Signature signature) =>
        signature.Classes.Index().ToDictionary(c => c.Index.ToString(CultureInfo.InvariantCulture), c => c.Item);
}
