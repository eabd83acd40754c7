using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Core.Training;

/// <summary>What a run learns from, and how: all that its identity is made of.</summary>
/// <param name="Inferred">
/// The model.json that holds the definition, to be written once the newest file is accepted; null where there is one
/// already, or none can be inferred.
/// </param>
/// <param name="Files">The newest one last.</param>
internal sealed record RunInput(ModelDefinition Definition, byte[]? Inferred, IReadOnlyList<HashedFile> Files)
{
    /// <summary>Found once somebody asks: in a new process what writes JSON is slow to begin.</summary>
    public string DefinitionHash => field ??= ModelDefinitionReader.CanonicalHash(Definition);

    public string Identity =>
        RunIdentity.Of(DefinitionHash, Files.Select(f => f.ContentHash), Definition.Training.Seed);
}

/// <summary>What reading a run's input came to.</summary>
internal abstract record InputOutcome
{
    private InputOutcome()
    {
    }

    /// <param name="Files">Those that were accepted.</param>
    /// <param name="Reports">Of all files, the dropped one's last.</param>
    public sealed record Ready(
        PreparedData Data, IReadOnlyList<LineageFile> Files, IReadOnlyList<ValidationReport> Reports) : InputOutcome;

    /// <summary>The data, or model.json, cannot be used.</summary>
    public sealed record Refused(string Message, IReadOnlyList<ValidationReport> Reports) : InputOutcome;

    /// <summary>
    /// A file was replaced, or a person wrote model.json, meanwhile: find out again what the input is.
    /// </summary>
    public sealed record Outdated : InputOutcome;
}
