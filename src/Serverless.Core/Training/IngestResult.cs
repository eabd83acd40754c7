namespace Serverless.Core.Training;

/// <summary>How the reading of a dropped file ended.</summary>
/// <param name="Record">Why nothing is learned from the file; null if its rows count.</param>
/// <param name="Training">
/// The training to ask for; null if none is needed, or another file's ingest asks for it.
/// </param>
/// <param name="Continuation">The message that reads the file; null unless the time limit was reached.</param>
public sealed record IngestResult(
    RunRecord? Record, RetrainRequest? Training = null, IngestRequest? Continuation = null);
