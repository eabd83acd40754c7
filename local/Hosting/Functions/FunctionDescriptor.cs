using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using NCrontab;
using Serverless.Local.Hosting.Blobs;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting.Functions;

/// <summary>One function as its class declares it, validated, with its activity.</summary>
public sealed record FunctionDescriptor(
    string Name,
    MethodInfo Method,
    Trigger Trigger,
    IReadOnlyList<ParameterBinding> Parameters,
    FunctionOutput Output,
    FunctionCode Code)
{
    public FunctionActivity Activity { get; } = new();
}

/// <summary>Calls a function's class and method; their metadata is read once.</summary>
/// <remarks>
/// Calls the constructor through an invoker, like the method: ActivatorUtilities would compile an expression tree
/// before the first answer.
/// </remarks>
public sealed class FunctionCode
{
    private readonly MethodInvoker _method;
    private readonly ConstructorInvoker? _class;
    private readonly Type[] _services = [];
    private object?[]? _singletons;

    /// <param name="isSingleton">Whether a service is a singleton.</param>
    /// <exception cref="HostStartException">
    /// The class does not have exactly one public constructor.
    /// </exception>
    public FunctionCode(
        [DynamicallyAccessedMembers(FunctionType.Members)] Type type, MethodInfo method, Func<Type, bool> isSingleton)
    {
        _method = MethodInvoker.Create(method);
        if (method.IsStatic) return;
        var constructors = type.GetConstructors();
        if (constructors.Length != 1)
        {
            throw FunctionIndex.Wrong(method, $"the class has {constructors.Length} public constructors; expected one");
        }

        _class = ConstructorInvoker.Create(constructors[0]);
        _services = [.. constructors[0].GetParameters().Select(p => p.ParameterType)];
        NeedsScope = !_services.All(isSingleton);
    }

    /// <summary>Whether the constructor takes a service that is not a singleton.</summary>
    public bool NeedsScope { get; }

    /// <summary>Creates an instance for one run; null if the method is static.</summary>
    /// <param name="services">The run's scope, or the host's services if no scope is needed.</param>
    public object? Create(IServiceProvider services)
    {
        if (_class is null) return null;
        // Cached, because resolving services is the most expensive part of a run. The race is harmless: concurrent runs
        // resolve the same singletons.
        var arguments = NeedsScope ? Find(services) : _singletons ??= Find(services);
        return _class.Invoke(arguments.AsSpan());
    }

    public object? Invoke(object? instance, object?[] arguments) => _method.Invoke(instance, arguments.AsSpan());

    private object?[] Find(IServiceProvider services) => Array.ConvertAll(_services, services.GetRequiredService);
}

/// <summary>What triggers a function.</summary>
public abstract record Trigger
{
    /// <summary>Kind of the trigger, with its route, path, queue or schedule, for display.</summary>
    public abstract string Description { get; }

    /// <summary>Names that parameters can be bound to.</summary>
    public virtual IReadOnlyCollection<string> Names => [];
}

/// <param name="Pattern">Includes the prefix in host.json; has no leading slash.</param>
/// <param name="Methods">In upper case; empty allows any.</param>
public sealed record HttpTrigger(
    RoutePattern Pattern, IReadOnlyList<string> Methods, AuthorizationLevel Level) : Trigger
{
    public string Template => Pattern.RawText!;

    public override string Description =>
        $"http {(Methods.Count == 0 ? "ANY" : string.Join(",", Methods))} /{Template}";

    public override IReadOnlyCollection<string> Names { get; } = [.. Pattern.Parameters.Select(p => p.Name)];
}

public sealed record BlobTrigger(BlobPattern Pattern) : Trigger
{
    public override string Description => $"blob {Pattern.Text}";

    public override IReadOnlyCollection<string> Names => Pattern.Tokens;
}

/// <param name="MessageType">String, byte[], or a type to deserialize from JSON.</param>
public sealed record QueueTrigger(string Queue, Type MessageType) : Trigger
{
    public override string Description => $"queue {Queue}";
}

public sealed record TimerTrigger(
    string Expression, CrontabSchedule Schedule, bool RunOnStartup, bool UseMonitor) : Trigger
{
    public override string Description => $"timer {Expression}";
}

public enum ParameterSource
{
    /// <summary>The request, blob, message or timer itself.</summary>
    Trigger,

    /// <summary>The part of the route or of the blob's path that has the parameter's name.</summary>
    Name,

    /// <summary>A token that is cancelled when the function must stop.</summary>
    Cancellation,
}

public sealed record ParameterBinding(ParameterInfo Parameter, ParameterSource Source);
