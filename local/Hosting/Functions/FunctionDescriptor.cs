using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using NCrontab;

namespace Serverless.Local.Hosting;

/// <summary>One function as its class declares it, checked, and what it does since.</summary>
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

/// <summary>A function's class and method, made ready once so that a run needs no look at their metadata.</summary>
/// <remarks>
/// The constructor is called as the method is: what ActivatorUtilities makes of it is an expression tree, which would
/// be compiled before the first answer.
/// </remarks>
public sealed class FunctionCode
{
    private readonly MethodInvoker _method;
    private readonly ConstructorInvoker? _class;
    private readonly Type[] _services = [];
    private object?[]? _singletons;

    /// <param name="isSingleton">Whether a service is the same for all runs.</param>
    /// <exception cref="HostStartException">
    /// The class has no constructor for the host to call, or more than one.
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

    /// <summary>Whether an instance takes anything that does not live as long as the host.</summary>
    public bool NeedsScope { get; }

    /// <summary>An instance for one run; null where the method is static.</summary>
    /// <param name="services">Of the run's scope, or the host's where no scope is needed.</param>
    public object? Create(IServiceProvider services)
    {
        if (_class is null) return null;
        // Looking services up takes longer than all else that a run costs. Two runs at once find the same singletons.
        var arguments = NeedsScope ? Find(services) : _singletons ??= Find(services);
        return _class.Invoke(arguments.AsSpan());
    }

    public object? Invoke(object? instance, object?[] arguments) => _method.Invoke(instance, arguments.AsSpan());

    private object?[] Find(IServiceProvider services) => Array.ConvertAll(_services, services.GetRequiredService);
}

/// <summary>What makes a function run.</summary>
public abstract record Trigger
{
    /// <summary>For people: the kind of trigger and its route, path, queue or schedule.</summary>
    public abstract string Description { get; }

    /// <summary>What a parameter may be bound to by its name.</summary>
    public virtual IReadOnlyCollection<string> Names => [];
}

/// <param name="Pattern">With the prefix of host.json, without a slash at the start.</param>
/// <param name="Methods">Upper case; empty means any.</param>
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
