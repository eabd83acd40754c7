using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Core.Training;

/// <summary>The input of a run: everything its identity depends on.</summary>
/// <param name="Inferred">
/// The inferred model.json, to be written once the newest file is accepted; null if there is one already or none can be
/// inferred.
/// </param>
/// <param name="Files">Newest last.</param>
internal sealed record RunInput(ModelDefinition Definition, byte[]? Inferred, IReadOnlyList<HashedFile> Files)
{
    /// <summary>Computed on demand, since JSON serialization is slow to start in a new process.</summary>
    public string DefinitionHash => field ??= ModelDefinitionReader.CanonicalHash(Definition);

    public string Identity =>
        RunIdentity.Of(DefinitionHash, Files.Select(f => f.ContentHash), Definition.Training.Seed);
}

/// <summary>The result of reading a run's input.</summary>
internal abstract record InputOutcome
{
    private InputOutcome()
    {
    }

    /// <param name="Files">The accepted files.</param>
    /// <param name="Reports">One per file, the dropped one's last.</param>
    /// <param name="Comparison">Of the dropped file with the one before it.</param>
    public sealed record Ready(
        PreparedData Data,
        IReadOnlyList<LineageFile> Files,
        IReadOnlyList<ValidationReport> Reports,
        FileComparison Comparison) : InputOutcome;

    /// <summary>The data or model.json is unusable.</summary>
    public sealed record Refused(string Message, IReadOnlyList<ValidationReport> Reports) : InputOutcome;

    /// <summary>A file was replaced, or model.json written by a person, meanwhile: find the input again.</summary>
    public sealed record Outdated : InputOutcome;
}
