using System.Collections.Immutable;
using Pulumi;

namespace Serverless.Infra.Tests;

public sealed class SecretTests
{
    private static readonly string[] Signs =
    [
        Azure.WebhookKey, "master-key", "AccountKey", "SharedAccessKey", "SharedAccessSignature", "sig=", "password",
        "secret",
    ];

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task No_output_and_no_app_setting_holds_a_secret(string name)
    {
        var stack = await ExampleStack.RunAsync(name);
        foreach (var output in stack.Outputs.Values)
        {
            AssertHarmless(await AppTests.ValueAsync(output));
            if (output is Output<string> later) Assert.False(await Output.IsSecretAsync(later));
        }

        foreach (var (setting, value) in stack.AppSettings())
        {
            AssertHarmless(setting);
            AssertHarmless(value);
        }
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Only_the_event_subscriptions_hold_the_webhooks_key(string name)
    {
        var stack = await ExampleStack.RunAsync(name);
        var holders = stack.Azure.Resources.SelectMany(r => Texts(r.Inputs, r.Type))
            .Where(t => t.Text.Contains(Azure.WebhookKey, StringComparison.Ordinal)).Select(t => t.Path);
        Assert.Equal(
            DropEvents.Subscriptions.Select(
                _ => "azure-native:eventgrid:SystemTopicEventSubscription.destination.endpointUrl"),
            holders);
        Assert.DoesNotContain(stack.Azure.Resources, r => r.Type == "azure-native:storage:Blob");
    }

    [Fact]
    public async Task Writing_telemetry_needs_a_role_so_the_connection_string_is_no_secret()
    {
        var stack = await ExampleStack.RunAsync("dev");
        Assert.True(stack.One("applicationinsights:Component").Flag("disableLocalAuth"));
        Assert.True(stack.One("operationalinsights:Workspace").Flag("features.disableLocalAuth"));
    }

    private static void AssertHarmless(string text) =>
        Assert.All(Signs, sign => Assert.DoesNotContain(sign, text, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<(string Path, string Text)> Texts(object? value, string path) => value switch
    {
        string text => [(path, text)],
        ImmutableDictionary<string, object> map => map.SelectMany(p => Texts(p.Value, $"{path}.{p.Key}")),
        ImmutableArray<object> list => list.SelectMany(v => Texts(v, path)),
        _ => [],
    };
}
