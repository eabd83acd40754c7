using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Hosting.Functions;

/// <summary>The output properties of a result class: HTTP answers and messages.</summary>
internal sealed record OutputProperties(
    IReadOnlyList<PropertyInfo> Answers, IReadOnlyList<QueueProperty> Messages)
{
    public static OutputProperties None { get; } = new([], []);

    /// <summary>Reads the output properties; leaves out types without any.</summary>
    public static IReadOnlyDictionary<Type, OutputProperties> Read(IReadOnlyList<FunctionType> types)
    {
        var found = new Dictionary<Type, OutputProperties>();
        foreach (var type in types)
        {
            var properties = Of(type.Type);
            if (properties.Answers.Count + properties.Messages.Count > 0) found[type.Type] = properties;
        }

        return found;
    }

    private static OutputProperties Of([DynamicallyAccessedMembers(FunctionType.Members)] Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return new OutputProperties(
            [.. properties.Where(p => p.IsDefined(typeof(HttpResultAttribute)))],
            [.. properties
                .Where(p => p.IsDefined(typeof(QueueOutputAttribute)))
                .Select(p => new QueueProperty(p, p.GetCustomAttribute<QueueOutputAttribute>()!.QueueName))]);
    }
}

/// <summary>A property whose value is sent to a queue.</summary>
internal sealed record QueueProperty(PropertyInfo Property, string Queue);
