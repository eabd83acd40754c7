using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pulumi.Testing;

namespace Serverless.Infra.Tests;

/// <summary>A resource as the program registered it.</summary>
internal sealed record Registered(string Type, string Name, ImmutableDictionary<string, object> Inputs)
{
    public string Text(string path) =>
        (string)(Find(path) ?? throw new KeyNotFoundException($"{Type} {Name} has no {path}"));

    public double Number(string path) => (double)Find(path)!;

    public bool Flag(string path) => (bool)Find(path)!;

    public ImmutableArray<object> List(string path) => (ImmutableArray<object>)Find(path)!;

    /// <summary>The input at a path such as <c>sku.name</c>, or null.</summary>
    public object? Find(string path) => path.Split('.').Aggregate(
        (object?)Inputs,
        (at, part) => at is ImmutableDictionary<string, object> map ? map.GetValueOrDefault(part) : null);
}

/// <summary>Answers as Azure would: gives each resource an id and the outputs that only Azure knows.</summary>
internal sealed class Azure : IMocks
{
    public const string Subscription = "11111111-1111-1111-1111-111111111111";
    public const string AppPrincipal = "22222222-2222-2222-2222-222222222222";
    public const string TopicPrincipal = "33333333-3333-3333-3333-333333333333";
    public const string WebhookKey = "the-key-of-the-blob-webhook";
    private int _keyRequests;

    public ConcurrentQueue<Registered> Resources { get; } = [];

    public ConcurrentQueue<Registered> Calls { get; } = [];

    /// <summary>Answers to the first, second, … request for the app's keys; later requests get the key.</summary>
    public Queue<Func<object>> KeyAnswers { get; } = [];

    public int KeyRequests => _keyRequests;

    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        var (type, name) = (args.Type!, args.Name!);
        Resources.Enqueue(new Registered(type, name, args.Inputs));
        var state = args.Inputs.ToBuilder();
        string[] named = ["accountName", "containerName", "queueName", "systemTopicName", "workspaceName"];
        state["name"] = args.Inputs.TryGetValue("name", out var given) ? given : named
            .Where(n => type.EndsWith(n[..^4], StringComparison.OrdinalIgnoreCase) && args.Inputs.ContainsKey(n))
            .Select(n => args.Inputs[n]).FirstOrDefault(name);
        foreach (var (key, value) in Known(type, name)) state[key] = value;
        return Task.FromResult<(string?, object)>(
            ($"/subscriptions/{Subscription}/{type}/{name}", state.ToImmutable()));
    }

    public Task<object> CallAsync(MockCallArgs args)
    {
        Calls.Enqueue(new Registered(args.Token!, "", args.Args));
        return Task.FromResult(args.Token switch
        {
            "azure-native:authorization:getClientConfig" => Map(
                ("subscriptionId", Subscription), ("clientId", "c"), ("objectId", "o"), ("tenantId", "t")),
            "azure-native:web:listWebAppHostKeys" => Keys(),
            _ => throw new InvalidOperationException($"unexpected call: {args.Token}"),
        });
    }

    public static object Map(params (string Key, object Value)[] pairs) =>
        pairs.ToImmutableDictionary(p => p.Key, p => p.Value);

    private object Keys()
    {
        Interlocked.Increment(ref _keyRequests);
        return KeyAnswers.TryDequeue(out var answer)
            ? answer()
            : Map(("masterKey", "master-key"), ("systemKeys", Map((BlobWebhook.KeyName, WebhookKey))));
    }

    private static IEnumerable<(string, object)> Known(string type, string name) => type switch
    {
        "azure-native:storage:StorageAccount" =>
        [
            ("primaryEndpoints", Map(
                ("blob", $"https://{name}.blob.core.windows.net/"),
                ("queue", $"https://{name}.queue.core.windows.net/"),
                ("table", $"https://{name}.table.core.windows.net/"))),
        ],
        "azure-native:managedidentity:UserAssignedIdentity" =>
        [
            ("principalId", AppPrincipal), ("clientId", "app-client-id")
        ],
        "azure-native:eventgrid:SystemTopic" =>
            [("identity", Map(("type", "SystemAssigned"), ("principalId", TopicPrincipal), ("tenantId", "t")))],
        "azure-native:applicationinsights:Component" =>
        [
            ("connectionString",
                "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://in.example/"),
        ],
        "azure-native:web:WebApp" => [("defaultHostName", "app.azurewebsites.net")],
        "command:local:Command" => [("stdout", "deployed"), ("stderr", "")],
        _ => [],
    };
}

/// <summary>A clock whose delays end at once and are summed up.</summary>
internal sealed class HurriedClock : TimeProvider
{
    public TimeSpan Waited { get; private set; }

    public override DateTimeOffset GetUtcNow() => new(2026, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waited += dueTime;
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
