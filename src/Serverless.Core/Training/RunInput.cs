using Serverless.Core.Data;
using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Core.Training;

/// <summary>The input of a run: everything its identity depends on.</summary>
/// <param name="Parts">Newest last; at least one.</param>
internal sealed record RunInput(ModelDefinition Definition, IReadOnlyList<DataPart> Parts)
{
    /// <summary>Number of the data version that the parts are of.</summary>
    public int DataVersion { get; init; }

    /// <summary>Computed on demand, since JSON serialization is slow to start in a new process.</summary>
    public string DefinitionHash => field ??= ModelDefinitionReader.CanonicalHash(Definition);

    public string Identity =>
        field ??= RunIdentity.Of(DefinitionHash, Parts.Select(p => p.SourceHash), Definition.Training.Seed);
}

/// <summary>The result of reading a run's input.</summary>
internal abstract record InputOutcome
{
    private InputOutcome()
    {
    }

    /// <param name="Files">Those learned from.</param>
    /// <param name="Reports">Of the files that no version learned from before; the newest one's last.</param>
    /// <param name="Question">Why a person decides on the version, in one sentence; null if the gate does.</param>
    public sealed record Ready(
        PreparedData Data,
        IReadOnlyList<LineageFile> Files,
        IReadOnlyList<ValidationReport> Reports,
        string? Question) : InputOutcome
    {
        /// <summary>What was decided on which rows count, for people; null where there was nothing to decide.</summary>
        public string? History { get; init; }
    }

    /// <summary>The data or model.json is unusable.</summary>
    public sealed record Refused(string Message, IReadOnlyList<ValidationReport> Reports) : InputOutcome;
}
