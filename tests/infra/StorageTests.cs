using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Serverless.Infra.Tests;

public sealed partial class StorageTests
{
    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_account_takes_no_keys_no_old_TLS_and_shows_no_blob_to_the_public(string name)
    {
        var account = (await ExampleStack.RunAsync(name)).One("storage:StorageAccount");
        Assert.False(account.Flag("allowSharedKeyAccess"));
        Assert.False(account.Flag("allowBlobPublicAccess"));
        Assert.True(account.Flag("enableHttpsTrafficOnly"));
        Assert.Equal("TLS1_2", account.Text("minimumTlsVersion"));
        Assert.Equal("StorageV2", account.Text("kind"));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Deleted_and_overwritten_blobs_can_be_had_back(string name)
    {
        var stack = await ExampleStack.RunAsync(name);
        var blobs = stack.One("storage:BlobServiceProperties");
        var days = ExampleStack.Settings(name).SoftDeleteDays;
        Assert.True(blobs.Flag("isVersioningEnabled"));
        Assert.True(blobs.Flag("deleteRetentionPolicy.enabled"));
        Assert.Equal(days, blobs.Number("deleteRetentionPolicy.days"));
        Assert.True(blobs.Flag("containerDeleteRetentionPolicy.enabled"));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Every_container_and_queue_that_the_code_names_exists_and_is_private(string name)
    {
        var stack = await ExampleStack.RunAsync(name);
        var containers = stack.All("storage:BlobContainer").ToList();
        Assert.Equal(
            [.. Constants(typeof(ContainerNames)).Append("app-package").Append("dead-letters").Order()],
            containers.Select(c => c.Text("containerName")).Order());
        Assert.All(containers, c => Assert.Equal("None", c.Text("publicAccess")));
        Assert.Equal(Constants(typeof(QueueNames)).Order(), stack.All("storage:Queue").Select(q => q.Text("queueName")).Order());
    }

    [Fact]
    public void Paths_and_triggers_in_the_code_begin_with_a_container_that_has_a_name()
    {
        var named = Constants(typeof(ContainerNames)).ToHashSet();
        var sources = ((string[])["core", "functions", "azure"]).Select(Repository.PathOf).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText).ToList();
        var paths = File.ReadAllText(Repository.PathOf("core/Storage/BlobPaths.cs"));
        Assert.DoesNotMatch("""const string \w+ = ["$]""", paths);

        var literal = sources.SelectMany(s => BlobTriggerLiteral().Matches(s)).Select(m => m.Groups["container"].Value);
        Assert.All(literal, container => Assert.Contains(container, named));
        Assert.DoesNotContain(sources, s => s.Contains("QueueTrigger(\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Logs_are_deleted_in_time_and_data_models_and_outcomes_never()
    {
        var stack = await ExampleStack.RunAsync("dev");
        var rules = stack.One("storage:ManagementPolicy").List("policy.rules")
            .Cast<ImmutableDictionary<string, object>>().Select(r => new Registered("rule", (string)r["name"], r)).ToList();
        var deleted = rules.Where(r => r.Find("definition.actions.baseBlob.delete") is not null).ToList();
        Assert.Equal(
            ["dead-letters/", "host/", "predictions/"],
            deleted.SelectMany(r => r.List("definition.filters.prefixMatch")).Cast<string>().Order());
        Assert.All(deleted, r => Assert.Equal(30, r.Number("definition.actions.baseBlob.delete.daysAfterModificationGreaterThan")));

        var versions = Assert.Single(rules, r => r.Find("definition.actions.version") is not null);
        Assert.Null(versions.Find("definition.actions.baseBlob"));
        Assert.Equal(7, versions.Number("definition.actions.version.delete.daysAfterCreationGreaterThan"));
    }

    private static IEnumerable<string> Constants(Type type) => type
        .GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);

    [GeneratedRegex("""Blob(Trigger|Input|Output)\("(?<container>[^/"]+)""")]
    private static partial Regex BlobTriggerLiteral();
}
