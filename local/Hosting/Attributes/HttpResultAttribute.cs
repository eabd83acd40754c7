namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Marks the property that holds the HTTP answer, in a class that holds an answer and messages.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpResultAttribute : Attribute;
