namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Marks the property that holds the HTTP answer, where a function returns an answer and messages together.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpResultAttribute : Attribute;
