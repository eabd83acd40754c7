namespace Serverless.Local.Hosting;

/// <summary>The host cannot start, for a reason that its user can mend. The message is all there is to show.</summary>
public sealed class HostStartException(string message, Exception? inner = null) : Exception(message, inner);
