namespace Serverless.Local.Hosting.Settings;

/// <summary>The host cannot start, for a reason that its user can fix. Shown by its message alone.</summary>
public sealed class HostStartException(string message, Exception? inner = null) : Exception(message, inner);
