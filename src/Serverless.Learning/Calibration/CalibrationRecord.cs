namespace Serverless.Learning.Calibration;

/// <summary>How a model's probabilities were corrected, and what that changed.</summary>
/// <param name="Method"><c>platt</c>, <c>isotonic</c> or <c>temperature</c>.</param>
/// <param name="Rows">The validation rows it was fitted to.</param>
/// <param name="LogLossBefore">Their mean log loss with the probabilities as the trainer gave them.</param>
/// <param name="LogLossAfter">The same, corrected by what was fitted to other validation rows.</param>
public sealed record CalibrationRecord(string Method, int Rows, double LogLossBefore, double LogLossAfter);
