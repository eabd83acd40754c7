using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Hosting.Functions;

/// <summary>Splits a function's return value into an HTTP answer and messages to queues.</summary>
public sealed class FunctionOutput
{
    private static readonly PropertyInfo AnyResult = typeof(Task<>).GetProperty("Result")!;

    private readonly PropertyInfo? _taskResult;
    private readonly string? _queue;
    private readonly PropertyInfo? _answer;
    private readonly IReadOnlyList<QueueProperty> _messages;

    private FunctionOutput(
        PropertyInfo? taskResult, string? queue, PropertyInfo? answer, IReadOnlyList<QueueProperty> messages) =>
        (_taskResult, _queue, _answer, _messages) = (taskResult, queue, answer, messages);

    /// <param name="outputs">The result classes with output properties.</param>
    internal static FunctionOutput Read(
        MethodInfo method, Trigger trigger, IReadOnlyDictionary<Type, OutputProperties> outputs)
    {
        var (type, taskResult) = ResultType(method);
        var queue = method.GetCustomAttribute<QueueOutputAttribute>()?.QueueName;
        if (queue is not null)
        {
            TriggerReader.RequireQueueName(method, queue);
            if (trigger is HttpTrigger)
            {
                throw FunctionIndex.Wrong(
                    method,
                    "[QueueOutput] on the method leaves no HTTP answer; return a class with [HttpResult] and "
                    + "[QueueOutput] properties");
            }

            if (type is null) throw FunctionIndex.Wrong(method, "[QueueOutput] needs a return value");
            RequireMessageType(method, type);
            return new FunctionOutput(taskResult, queue, answer: null, []);
        }

        var properties = type is null ? OutputProperties.None : outputs.GetValueOrDefault(type, OutputProperties.None);
        foreach (var (property, name) in properties.Messages)
        {
            TriggerReader.RequireQueueName(method, name);
            RequireMessageType(method, property.PropertyType);
        }

        if (properties.Answers.Count > 1)
        {
            throw FunctionIndex.Wrong(
                method, $"{type!.Name} has {properties.Answers.Count} [HttpResult] properties; expected one");
        }

        var answer = properties.Answers.SingleOrDefault();
        if (answer is not null && !answer.PropertyType.IsAssignableTo(typeof(IResult)))
        {
            throw FunctionIndex.Wrong(method, $"[HttpResult] {type!.Name}.{answer.Name} must be an IResult");
        }

        var isAnswer = type?.IsAssignableTo(typeof(IResult)) == true;
        if (trigger is HttpTrigger && type is not null && !isAnswer && answer is null)
        {
            throw FunctionIndex.Wrong(
                method,
                $"returns {type.Name}; expected IResult, or a class with an [HttpResult] property in the list of "
                + "function types");
        }

        if (trigger is not HttpTrigger && (isAnswer || answer is not null))
        {
            throw FunctionIndex.Wrong(method, "returns an HTTP answer, but has no HTTP trigger");
        }

        // A class outside the list may have [QueueOutput] properties, whose messages would be lost.
        if (type is not null && !isAnswer && properties == OutputProperties.None)
        {
            throw FunctionIndex.Wrong(
                method,
                $"returns {type.Name}, of which nothing is sent; return Task, or add the class to the list of function "
                + "types");
        }

        return new FunctionOutput(taskResult, queue: null, answer, properties.Messages);
    }

    /// <summary>
    /// Names of the bindings that the worker registers with Azure for properties of the return value.
    /// </summary>
    internal IEnumerable<string> BindingNames => _messages.Select(m => m.Property.Name);

    /// <summary>Awaits a returned task and gives its result.</summary>
    public async ValueTask<object?> AwaitAsync(object? returned)
    {
        if (returned is not Task task) return returned;
        // Fast path without reflection, for most HTTP functions.
        if (task is Task<IResult> answer) return await answer;
        await task;
        return _taskResult?.GetValue(task);
    }

    /// <summary>The HTTP answer in a result; null if there is none.</summary>
    public IResult? Answer(object? result) =>
        result is null ? null : _answer is not null ? (IResult?)_answer.GetValue(result) : result as IResult;

    /// <summary>The messages in a result, each with its queue.</summary>
    public IEnumerable<(string Queue, object Message)> Messages(object? result) =>
        result is null || (_queue is null && _messages.Count == 0) ? [] : MessagesIn(result);

    private IEnumerable<(string Queue, object Message)> MessagesIn(object result)
    {
        if (_queue is not null)
        {
            foreach (var message in Items(result)) yield return (_queue, message);
        }

        foreach (var (property, queue) in _messages)
        {
            foreach (var message in Items(property.GetValue(result))) yield return (queue, message);
        }
    }

    private static IEnumerable<object> Items(object? value) => value switch
    {
        null => [],
        string or IDictionary or JsonObject => [value],
        IEnumerable items => items.OfType<object>(),
        _ => [value],
    };

    private static (Type? Type, PropertyInfo? TaskResult) ResultType(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(void))
        {
            return method.IsDefined(typeof(AsyncStateMachineAttribute))
                ? throw FunctionIndex.Wrong(method, "is 'async void', which cannot be awaited; return Task")
                : (null, null);
        }

        if (type == typeof(Task)) return (null, null);
        if (type == typeof(ValueTask) || type.Name == "ValueTask`1")
        {
            throw FunctionIndex.Wrong(
                method, "returns a ValueTask, which the isolated worker does not await; return Task");
        }

        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Task<>)) return (type, null);
        return (type.GetGenericArguments()[0], (PropertyInfo)type.GetMemberWithSameMetadataDefinitionAs(AnyResult));
    }

    private static void RequireMessageType(MethodInfo method, Type type)
    {
        if (type == typeof(byte[]))
        {
            throw FunctionIndex.Wrong(method, "a message of bytes is not supported; send a string or an object");
        }
    }
}
