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
    /// ASP.NET Core route template, without the prefix in host.json. The function's name by default.
    /// </summary>
    public string? Route { get; set; }

    /// <summary>HTTP methods; null or empty allows any.</summary>
    public string[]? Methods { get; }

    /// <summary>The key that a request needs; a function key by default, as on Azure.</summary>
    public AuthorizationLevel AuthLevel { get; } = AuthorizationLevel.Function;
}
