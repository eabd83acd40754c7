using System.Text.RegularExpressions;

namespace Serverless.Infra.Tests;

public sealed partial class EventTests
{
    [Theory]
    [InlineData("dev", "ingest", "/blobServices/default/containers/datasets/")]
    [InlineData("prod", "ingest", "/blobServices/default/containers/datasets/")]
    [InlineData("dev", "predict-file", "/blobServices/default/containers/batch/blobs/in/")]
    [InlineData("prod", "predict-file", "/blobServices/default/containers/batch/blobs/in/")]
    public async Task A_dropped_file_calls_its_function_and_undelivered_events_are_kept(
        string name, string function, string subject)
    {
        var stack = await ExampleStack.RunAsync(name);
        var topic = stack.One("eventgrid:SystemTopic");
        Assert.Equal("Microsoft.Storage.StorageAccounts", topic.Text("topicType"));
        Assert.Equal(
            $"/subscriptions/{Azure.Subscription}/azure-native:storage:StorageAccount/data", topic.Text("source"));

        var subscription = stack.All("eventgrid:SystemTopicEventSubscription").Single(
            s => s.Text("eventSubscriptionName") == function);
        Assert.Equal(
            $"https://app.azurewebsites.net/runtime/webhooks/blobs?functionName=Host.Functions.{function}"
            + $"&code={Azure.WebhookKey}",
            subscription.Text("destination.endpointUrl"));
        Assert.Equal(subject, subscription.Text("filter.subjectBeginsWith"));
        Assert.Equal(["Microsoft.Storage.BlobCreated"], subscription.List("filter.includedEventTypes").Cast<string>());
        Assert.Equal("SystemAssigned", subscription.Text("deadLetterWithResourceIdentity.identity.type"));
        Assert.Equal(
            "dead-letters",
            subscription.Text("deadLetterWithResourceIdentity.deadLetterDestination.blobContainerName"));
    }

    [Theory]
    [InlineData("datasets/weather/seattle.csv", "ingest")]
    [InlineData("datasets/weather/2026/01/seattle.csv", "ingest")]
    [InlineData("batch/in/weather/days.csv", "predict-file")]
    [InlineData("batch/IN/weather/days.csv", null)]
    [InlineData("batch/inbox/days.csv", null)]
    [InlineData("batch/out/weather/days.csv", null)]
    [InlineData("datasets-old/weather/seattle.csv", null)]
    [InlineData("models/weather/model.json", null)]
    [InlineData("app-package/released-package.zip", null)]
    public async Task Only_the_function_whose_trigger_matches_a_blob_is_called_for_it(string blob, string? function)
    {
        var parts = blob.Split('/', 2);
        var subject = $"/blobServices/default/containers/{parts[0]}/blobs/{parts[1]}";
        var called = (await ExampleStack.RunAsync("dev")).All("eventgrid:SystemTopicEventSubscription")
            .Where(s => subject.StartsWith(s.Text("filter.subjectBeginsWith"), Comparison(s)))
            .Select(s => s.Text("eventSubscriptionName"));
        Assert.Equal(function is null ? [] : [function], called);

        static StringComparison Comparison(Registered subscription) =>
            subscription.Flag("filter.isSubjectCaseSensitive")
                ? StringComparison.Ordinal
                : StringComparison.OrdinalIgnoreCase;
    }

    /// <summary>A hierarchical namespace sends an event when a file is created, before it has content.</summary>
    [Fact]
    public async Task The_accounts_namespace_is_flat_so_events_follow_complete_blobs()
    {
        var account = (await ExampleStack.RunAsync("prod")).One("storage:StorageAccount");
        Assert.NotEqual(true, account.Find("isHnsEnabled"));
    }

    [Fact]
    public void Every_blob_trigger_of_the_app_has_its_subscription()
    {
        var triggers = Directory.EnumerateFiles(Repository.PathOf("functions"), "*.cs")
            .SelectMany(f => BlobFunction().Matches(File.ReadAllText(f)))
            .Select(m => (Function: m.Groups["function"].Value, Container: m.Groups["container"].Value));
        var names = new Dictionary<string, string>
        {
            ["FunctionNames.Ingest"] = FunctionNames.Ingest,
            ["FunctionNames.PredictFile"] = FunctionNames.PredictFile,
            ["ContainerNames.Datasets"] = ContainerNames.Datasets,
            ["BatchFolders.Inputs"] = BatchFolders.Inputs,
        };
        Assert.Equal(
            DropEvents.Subscriptions.Select(s => (s.Key, s.Value)).Order(),
            triggers.Select(t => (names.GetValueOrDefault(
                t.Function, t.Function), names.GetValueOrDefault(t.Container, t.Container))).Order());
    }

    [Fact]
    public async Task The_subscription_waits_until_the_app_has_created_its_webhook_key()
    {
        var azure = new Azure();
        azure.KeyAnswers.Enqueue(() => throw new InvalidOperationException("ServiceUnavailable from host runtime"));
        azure.KeyAnswers.Enqueue(() => Azure.Map(("masterKey", "master-key")));
        azure.KeyAnswers.Enqueue(() => Azure.Map(("systemKeys", Azure.Map(("another_extension", "k")))));
        var clock = new HurriedClock();
        var stack = await ExampleStack.RunAsync("dev", azure: azure, clock: clock);
        Assert.All(
            stack.All("eventgrid:SystemTopicEventSubscription"),
            s => Assert.EndsWith(
                "code=" + Azure.WebhookKey, s.Text("destination.endpointUrl"), StringComparison.Ordinal));
        Assert.Equal(3 + DropEvents.Subscriptions.Count, azure.KeyRequests);
        Assert.Equal(TimeSpan.FromSeconds(45), clock.Waited);
    }

    [Fact]
    public async Task An_app_that_never_creates_its_key_fails_the_deployment_with_the_reason()
    {
        var azure = new Azure();
        for (var i = 0; i < 1000; i++) azure.KeyAnswers.Enqueue(() => Azure.Map(("masterKey", "master-key")));
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ExampleStack.RunAsync("dev", azure: azure));
        Assert.Contains(
            "Found no key 'blobs_extension' of app within 10 minutes (the host has not created the key yet)",
            failure.ToString());
        Assert.DoesNotContain("master-key", failure.ToString());
    }

    [GeneratedRegex(
        """\[Function\("?(?<function>[\w.]+)"?\)\](?:(?!\[Function).)*?"""
        + """\[BlobTrigger\(\s*(?<container>[\w.]+) \+ "/\{\w+\}",""",
        RegexOptions.Singleline)]
    private static partial Regex BlobFunction();
}
