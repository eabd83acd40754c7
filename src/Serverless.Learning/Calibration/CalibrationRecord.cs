namespace Serverless.Learning.Calibration;

/// <summary>How a model's probabilities were corrected, and what that changed.</summary>
/// <param name="Method"><c>platt</c>, <c>isotonic</c> or <c>temperature</c>.</param>
/// <param name="Rows">Number of validation rows it was fitted to.</param>
/// <param name="LogLossBefore">Mean log loss of these rows before calibration.</param>
/// <param name="LogLossAfter">The same after cross-fitted calibration.</param>
public sealed record CalibrationRecord(string Method, int Rows, double LogLossBefore, double LogLossAfter);
