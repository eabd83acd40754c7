using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Serverless.Infra.Tests;

public sealed partial class StorageTests
{
    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_account_refuses_shared_keys_old_TLS_and_public_blobs(string name)
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
    public async Task Deleted_and_overwritten_blobs_can_be_restored(string name)
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
    public async Task Every_container_and_queue_of_the_code_exists_and_is_private(string name)
    {
        var stack = await ExampleStack.RunAsync(name);
        var containers = stack.All("storage:BlobContainer").ToList();
        Assert.Equal(
            [.. Constants(typeof(ContainerNames)).Append("app-package").Append("dead-letters").Order()],
            containers.Select(c => c.Text("containerName")).Order());
        Assert.All(containers, c => Assert.Equal("None", c.Text("publicAccess")));
        Assert.Equal(
            Constants(typeof(QueueNames)).Order(), stack.All("storage:Queue").Select(q => q.Text("queueName")).Order());
    }

    [Fact]
    public void Paths_and_triggers_take_their_names_from_constants_shared_with_the_stack()
    {
        var paths = File.ReadAllText(Repository.PathOf("src/Serverless.Core/Storage/BlobPaths.cs"));

        // Literals with a space are messages, not paths.
        Assert.DoesNotMatch("""const string \w+ = \$?"[^" ]*";""", paths);
        var triggers = Directory.EnumerateFiles(Repository.PathOf("functions"), "*.cs")
            .SelectMany(f => StorageTrigger().Matches(File.ReadAllText(f))).Select(
                m => m.Groups["name"].Value).ToList();
        Assert.NotEmpty(triggers);
        Assert.All(
            triggers,
            name => Assert.Matches(
                """^(ContainerNames\.|BatchFolders\.|\w+\.QueueName|"%" \+ SettingNames\.)""", name));
    }

    [Fact]
    public async Task Old_logs_are_deleted_but_never_data_models_or_outcomes()
    {
        var stack = await ExampleStack.RunAsync("dev", s => s with { PredictionLogDays = 30, SoftDeleteDays = 7 });
        var rules = stack.One("storage:ManagementPolicy").List("policy.rules")
            .Cast<ImmutableDictionary<string, object>>().Select(
                r => new Registered("rule", (string)r["name"], r)).ToList();
        var deleted = rules.Where(r => r.Find("definition.actions.baseBlob.delete") is not null).ToList();
        Assert.Equal(
            ["dead-letters/", "host/", "predictions/"],
            deleted.SelectMany(r => r.List("definition.filters.prefixMatch")).Cast<string>().Order());
        Assert.All(
            deleted,
            r => Assert.Equal(30, r.Number("definition.actions.baseBlob.delete.daysAfterModificationGreaterThan")));

        var versions = Assert.Single(rules, r => r.Find("definition.actions.version") is not null);
        Assert.Null(versions.Find("definition.actions.baseBlob"));
        Assert.Equal(7, versions.Number("definition.actions.version.delete.daysAfterCreationGreaterThan"));
    }

    internal static IEnumerable<string> Constants(Type type) => type
        .GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(
            f => (string)f.GetRawConstantValue()!);

    [GeneratedRegex("""(Blob|Queue|Timer)(Trigger|Input|Output)\(\s*(?<name>[^,)]+)""")]
    private static partial Regex StorageTrigger();
}
