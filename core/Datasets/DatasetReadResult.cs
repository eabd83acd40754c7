namespace Serverless.Datasets;

/// <param name="Table">The accepted rows; null where the file was rejected.</param>
/// <param name="Report">
/// What was found. <see cref="ValidationReport.Rows"/> counts every row of data, good or bad; whoever stores the quarantined
/// rows fills in <see cref="ValidationReport.Quarantined"/>.
/// </param>
public sealed record DatasetReadResult(Table? Table, ValidationReport Report);
