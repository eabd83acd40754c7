using Serverless.Learning.Changes;
using Serverless.Learning.Definition;
using Serverless.Learning.Reading;

namespace Serverless.Core.Data;

/// <summary>What was found in a dropped file while its part was made.</summary>
/// <param name="Schema">How its columns were understood.</param>
/// <param name="Profile">What the file looked like, for the comparison with the next one.</param>
/// <param name="Question">Why a person decides on what is learned from it; null if the gate does.</param>
internal sealed record PartReport(ValidationReport Report, DatasetSchema Schema, DataProfile Profile, string? Question);
