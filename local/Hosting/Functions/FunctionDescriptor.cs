using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using NCrontab;

namespace Serverless.Local.Hosting;

/// <summary>One function as its class declares it, checked.</summary>
public sealed record FunctionDescriptor(
    string Name,
    [property: DynamicallyAccessedMembers(FunctionType.Members)]
    [param: DynamicallyAccessedMembers(FunctionType.Members)]
    Type Class,
    MethodInfo Method,
    Trigger Trigger,
    IReadOnlyList<ParameterBinding> Parameters,
    FunctionOutput Output)
{
    public FunctionCode Code { get; } = new(Class, Method);
}

/// <summary>A function's class and method, made ready once so that a run needs no look at their metadata.</summary>
public sealed class FunctionCode([DynamicallyAccessedMembers(FunctionType.Members)] Type type, MethodInfo method)
{
    private readonly MethodInvoker _method = MethodInvoker.Create(method);
    private readonly Lazy<ObjectFactory>? _class = method.IsStatic ? null : new(() => ActivatorUtilities.CreateFactory(type, []));

    /// <summary>An instance for one run; null where the method is static.</summary>
    public object? Create(IServiceProvider services) => _class?.Value(services, null);

    public object? Invoke(object? instance, object?[] arguments) => _method.Invoke(instance, arguments.AsSpan());
}

/// <summary>What makes a function run.</summary>
public abstract record Trigger
{
    /// <summary>For people: the kind of trigger and its route, path, queue or schedule.</summary>
    public abstract string Description { get; }

    /// <summary>What a parameter may be bound to by its name.</summary>
    public virtual IReadOnlyCollection<string> Names => [];
}

/// <param name="Template">With the prefix of host.json, without a slash at the start.</param>
/// <param name="Methods">Upper case; empty means any.</param>
public sealed record HttpTrigger(
    string Template, IReadOnlyList<string> Methods, AuthorizationLevel Level, IReadOnlyCollection<string> RouteNames) : Trigger
{
    public override string Description => $"http {(Methods.Count == 0 ? "ANY" : string.Join(",", Methods))} /{Template}";

    public override IReadOnlyCollection<string> Names => RouteNames;
}

public sealed record BlobTrigger(BlobPattern Pattern) : Trigger
{
    public override string Description => $"blob {Pattern.Text}";

    public override IReadOnlyCollection<string> Names => Pattern.Tokens;
}

/// <param name="MessageType">String, byte[], or a type read from JSON.</param>
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

    /// <summary>A part of the route or of the blob's path, by the parameter's name.</summary>
    Name,

    /// <summary>Cancelled when the function should stop.</summary>
    Cancellation,
}

public sealed record ParameterBinding(ParameterInfo Parameter, ParameterSource Source);
