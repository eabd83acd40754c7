using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Core.Serving;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Web.OpenInference;

/// <summary>The constant parts of a version's answers, encoded once.</summary>
internal sealed class TensorTemplate
{
    // A template lives as long as its version is in the cache.
    private static readonly ConditionalWeakTable<ServedModel, TensorTemplate> _templates = [];

    private TensorTemplate(ServedModel served)
    {
        var (model, version, signature) = (served.Name, served.Version, served.Signature);
        Known = served.Known;
        Task = signature.Task;
        var versionText = Encoding.UTF8.GetBytes($",\"model_version\":\"{version}\"");
        Start = [.. "{\"model_name\":"u8, .. JsonText.Quote(model), .. versionText];
        Classes = [.. signature.Classes.Select(JsonText.Quote)];
        var names = Classes.Select(
            (name, c) => (byte[])[.. Encoding.UTF8.GetBytes($"{(c == 0 ? "" : ",")}\"{c}\":"), .. name]);
        ClassNames = [.. ",\"parameters\":{"u8, .. names.SelectMany(n => n), (byte)'}'];
    }

    public ModelTask Task { get; }

    /// <summary>Finds values that the version does not know.</summary>
    public KnownCategories Known { get; }

    /// <summary>The beginning of an answer, with the names of model and version, before the id.</summary>
    public byte[] Start { get; }

    /// <summary>The labels, quoted.</summary>
    public byte[][] Classes { get; }

    /// <summary>Parameters of the probabilities: the class of each column.</summary>
    public byte[] ClassNames { get; }

    public static TensorTemplate Of(ServedModel served) =>
        _templates.GetValue(served, static s => new TensorTemplate(s));

    public static InferenceOutputs OutputsOf(ModelTask task) => task == ModelTask.Regression
        ? InferenceOutputs.Prediction | InferenceOutputs.Ids
        : InferenceOutputs.Prediction | InferenceOutputs.Probabilities | InferenceOutputs.Ids;

    public static string[] OutputNames(ModelTask task) =>
        task == ModelTask.Regression ? ["value", "id"] : ["label", "probabilities", "id"];

    /// <returns>None if the task has no output of that name.</returns>
    public static InferenceOutputs OutputOf(ModelTask task, string name) => name switch
    {
        "value" when task == ModelTask.Regression => InferenceOutputs.Prediction,
        "label" when task != ModelTask.Regression => InferenceOutputs.Prediction,
        "probabilities" when task != ModelTask.Regression => InferenceOutputs.Probabilities,
        "id" => InferenceOutputs.Ids,
        _ => InferenceOutputs.None,
    };

    /// <summary>Class names, by the index of their column.</summary>
    public static IReadOnlyDictionary<string, string> Columns(Signature signature) =>
        signature.Classes.Index().ToDictionary(c => c.Index.ToString(CultureInfo.InvariantCulture), c => c.Item);
}
