namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the <c>HttpRequest</c> parameter of a function that answers HTTP requests.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    public HttpTriggerAttribute()
    {
    }

    public HttpTriggerAttribute(params string[] methods) => Methods = methods;

    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>
    /// ASP.NET Core route template, without the prefix of host.json; the function's name where not given.
    /// </summary>
    public string? Route { get; set; }

    /// <summary>Null or empty: any method.</summary>
    public string[]? Methods { get; }

    /// <summary>What Azure takes where an attribute does not say: a key is needed.</summary>
    public AuthorizationLevel AuthLevel { get; } = AuthorizationLevel.Function;
}
