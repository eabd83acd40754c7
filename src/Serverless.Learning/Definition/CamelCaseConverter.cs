using System.Text.Json;

namespace Serverless.Learning.Definition;

/// <summary>Writes an enum in camelCase, <c>notBetter</c>, and reads nothing but such a name.</summary>
public sealed class CamelCaseConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
