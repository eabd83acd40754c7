using Serverless.Core.Serving;
using Serverless.Learning.Features;
using Serverless.Learning.Trainers;

namespace Serverless.Web.OpenInference;

/// <summary>The protocol's server metadata.</summary>
public sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions)
{
    public static ServerMetadata Own { get; } =
        new("serverless", typeof(ServerMetadata).Assembly.GetName().Version!.ToString(3), []);
}

/// <summary>The protocol's model metadata.</summary>
/// <param name="Versions">Numbers of all versions, oldest first.</param>
/// <param name="Platform">The product, and the trainer of the version.</param>
public sealed record ModelMetadata(
    string Name,
    IReadOnlyList<string> Versions,
    string Platform,
    IReadOnlyList<TensorMetadata> Inputs,
    IReadOnlyList<TensorMetadata> Outputs)
{
    /// <param name="versions">Numbers of all versions of the model.</param>
    internal static ModelMetadata Of(ServedModel served, IReadOnlyList<int> versions)
    {
        var signature = served.Signature;
        return new ModelMetadata(
            served.Name,
            [.. versions.Select(v => $"{v}")],
            $"serverless_{served.Model.Scorer.Trainer}",
            [.. signature.Features.Select(f => new TensorMetadata(f.Name, TensorType.NameFor(f.Type), [-1]))],
            [.. TensorTemplate.OutputNames(signature.Task).Select(name => Output(name, signature))]);
    }

    private static TensorMetadata Output(string name, Signature signature) => name switch
    {
        "value" => new TensorMetadata(name, "FP64", [-1]),
        "probabilities" => new TensorMetadata(
            name, "FP64", [-1, signature.Classes.Count], TensorTemplate.Columns(signature)),
        _ => new TensorMetadata(name, "BYTES", [-1]),
    };
}

/// <param name="Shape">−1 stands for the number of rows.</param>
/// <param name="Parameters">For probabilities, class names by the index of their column.</param>
public sealed record TensorMetadata(
    string Name, string Datatype, IReadOnlyList<int> Shape, IReadOnlyDictionary<string, string>? Parameters = null);

/// <summary>Whether a model can answer.</summary>
public sealed record ModelReadiness(string Name, bool Ready);

/// <summary>Whether the process runs, and whether its store is available.</summary>
public sealed record ServerReadiness(bool Live, bool? Ready = null);

/// <summary>The protocol's error body.</summary>
public sealed record InferenceError(string Error);
