using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local.Hosting.Settings;

namespace Serverless.Local.Hosting.Functions;

/// <summary>All functions of the app, read from their classes at the start.</summary>
public sealed class FunctionIndex
{
    private readonly Dictionary<string, FunctionDescriptor> _byName;

    private FunctionIndex(Dictionary<string, FunctionDescriptor> byName)
    {
        _byName = byName;
        Functions = [.. byName.Values.OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Sorted by name.</summary>
    public IReadOnlyList<FunctionDescriptor> Functions { get; }

    /// <summary>Finds a function by name, ignoring case as Azure does; null if there is none.</summary>
    public FunctionDescriptor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <param name="types">The function classes, and the result classes with output properties.</param>
    /// <param name="isSingleton">Whether a service is a singleton; null gives each run its own scope.</param>
    /// <exception cref="HostStartException">
    /// The declaration of a function is invalid; the message names its class and method.
    /// </exception>
    public static FunctionIndex Read(
        IReadOnlyList<FunctionType> types,
        string routePrefix,
        IConfiguration configuration,
        Func<Type, bool>? isSingleton = null)
    {
        var triggers = new TriggerReader(routePrefix, configuration);
        var outputs = OutputProperties.Read(types);
        var byName = new Dictionary<string, FunctionDescriptor>(StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<Type>();
        foreach (var type in types)
        {
            if (!seen.Add(type.Type)) continue;
            var methods = FunctionMethods(type.Type).ToList();
            if (methods.Count == 0 && !outputs.ContainsKey(type.Type))
            {
                throw new HostStartException($"{type.Type.Name} has no method with [Function].");
            }

            foreach (var method in methods)
            {
                var function = Read(type.Type, method, triggers, outputs, isSingleton ?? (_ => false));
                if (!byName.TryAdd(function.Name, function))
                {
                    var other = byName[function.Name].Method;
                    throw Wrong(
                        method, $"the name '{function.Name}' is taken by {other.DeclaringType!.Name}.{other.Name}");
                }
            }
        }

        RouteConflicts.Check([.. byName.Values]);
        RequireOneReaderOfEachQueue(byName.Values);
        return new FunctionIndex(byName);
    }

    /// <summary>The exception for an invalid declaration.</summary>
    internal static HostStartException Wrong(MethodInfo method, string what) =>
        new($"Function {method.DeclaringType!.Name}.{method.Name}: {what}.");

    private static FunctionDescriptor Read(
        [DynamicallyAccessedMembers(FunctionType.Members)] Type type,
        MethodInfo method,
        TriggerReader triggers,
        IReadOnlyDictionary<Type, OutputProperties> outputs,
        Func<Type, bool> isSingleton)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        if (!IsFunctionName(name))
        {
            throw Wrong(method, $"the name '{name}' must be a letter, then letters, digits, '_' or '-', 128 at most");
        }

        if (!method.IsPublic || !type.IsVisible) throw Wrong(method, "the method and its class must be public");
        if (type.ContainsGenericParameters || method.ContainsGenericParameters)
        {
            throw Wrong(method, "a generic class or method cannot be a function");
        }

        if (type.IsAbstract && !method.IsStatic) throw Wrong(method, "the class is abstract");

        var marked = method.GetParameters().Where(TriggerReader.IsTrigger).ToList();
        if (marked.Count != 1)
        {
            throw Wrong(method, $"exactly one parameter must have a trigger attribute, found {marked.Count}");
        }

        var trigger = triggers.Read(method, name, marked[0]);
        var parameters = method.GetParameters().Select(p => Bind(method, p, marked[0], trigger)).ToList();
        var output = FunctionOutput.Read(method, trigger, outputs);
        RequireBindingNames(method, [marked[0].Name!, .. output.BindingNames]);
        return new FunctionDescriptor(
            name, method, trigger, parameters, output, new FunctionCode(type, method, isSingleton));
    }

    private static ParameterBinding Bind(
        MethodInfo method, ParameterInfo parameter, ParameterInfo marked, Trigger trigger)
    {
        if (parameter == marked) return new ParameterBinding(parameter, ParameterSource.Trigger);
        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return new ParameterBinding(parameter, ParameterSource.Cancellation);
        }

        if (!NamedValue.Supports(parameter.ParameterType))
        {
            throw Wrong(
                method,
                $"parameter '{parameter.Name}' is {parameter.ParameterType.Name}; expected string, int, long or "
                + "CancellationToken");
        }

        if (!trigger.Names.Contains(parameter.Name!, StringComparer.OrdinalIgnoreCase))
        {
            var known = trigger.Names.Count == 0 ? "it has none" : $"it has {string.Join(", ", trigger.Names)}";
            throw Wrong(method, $"parameter '{parameter.Name}' is not part of '{trigger.Description}' ({known})");
        }

        return new ParameterBinding(parameter, ParameterSource.Name);
    }

    /// <summary>
    /// Checks the rules for names of bindings. Azure silently leaves out a function that breaks them.
    /// </summary>
    private static void RequireBindingNames(MethodInfo method, IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(n => !IsBindingName(n)) is { } odd)
        {
            throw Wrong(method, $"the binding name '{odd}' must be a letter, then letters and digits, 128 at most");
        }

        if (names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw Wrong(
                method,
                $"the bindings {string.Join(" and ", same.Select(n => $"'{n}'"))} have one name, ignoring case");
        }
    }

    private static void RequireOneReaderOfEachQueue(IEnumerable<FunctionDescriptor> functions)
    {
        var readers = new Dictionary<string, FunctionDescriptor>();
        foreach (var function in functions)
        {
            if (function.Trigger is QueueTrigger queue && !readers.TryAdd(queue.Queue, function))
            {
                throw Wrong(
                    function.Method, $"the queue '{queue.Queue}' is read by '{readers[queue.Queue].Name}' already");
            }
        }
    }

    private static IEnumerable<MethodInfo> FunctionMethods(
        [DynamicallyAccessedMembers(FunctionType.Members)] Type type) => type
        .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
        .Where(m => m.IsDefined(typeof(FunctionAttribute), inherit: false));

    private static bool IsBindingName(string name) =>
        name.Length <= 128 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit);

    private static bool IsFunctionName([NotNullWhen(true)] string? name)
    {
        if (name is not { Length: >= 1 and <= 128 } || !char.IsAsciiLetter(name[0])) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        }

        return true;
    }
}
