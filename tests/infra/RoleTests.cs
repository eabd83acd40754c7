namespace Serverless.Infra.Tests;

public sealed class RoleTests
{
    private const string Account = $"/subscriptions/{Azure.Subscription}/azure-native:storage:StorageAccount/data";
    private const string Insights =
        $"/subscriptions/{Azure.Subscription}/azure-native:applicationinsights:Component/insights";
    private const string Container = $"/subscriptions/{Azure.Subscription}/azure-native:storage:BlobContainer/";

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_app_and_Event_Grid_have_the_roles_they_need_and_no_other(string name)
    {
        var stack = await ExampleStack.RunAsync(name);
        (string, string, string)[] expected =
        [
            (Azure.AppPrincipal, "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", Account), // Storage Blob Data Owner
            (Azure.AppPrincipal, "974c5e8b-45b9-4653-ba55-5f855dd0fb88", Account), // Storage Queue Data Contributor
            (Azure.AppPrincipal, "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", Account), // Storage Table Data Contributor
            (Azure.AppPrincipal, "3913510d-42f4-4e42-8a64-420c390055eb", Insights), // Monitoring Metrics Publisher
            // Storage Blob Data Contributor.
            (Azure.TopicPrincipal, "ba92f5b4-2d11-453d-a403-e96b0029c9fe", Container + "dead-letters"),
        ];
        Assert.Equal(expected.Order(), Assignments(stack).Order());
    }

    [Fact]
    public async Task People_who_drop_data_get_datasets_models_and_batch_only()
    {
        const string Person = "44444444-4444-4444-4444-444444444444";
        var stack = await ExampleStack.RunAsync("dev", s => s with { DataWriters = [Person] });
        Assert.Equal(
            [Container + "batch", Container + "datasets", Container + "models"],
            Assignments(stack).Where(a => a.Principal == Person).Select(a => a.Scope).Order());
    }

    [Fact]
    public async Task Names_of_assignments_are_unique_and_the_same_in_every_run()
    {
        var names = Names(await ExampleStack.RunAsync("dev"));
        Assert.Equal(names, Names(await ExampleStack.RunAsync("dev")));
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, n => Assert.True(Guid.TryParse(n, out _)));
    }

    private static List<string> Names(ExampleStack stack) =>
        [.. stack.All("authorization:RoleAssignment").Select(r => r.Text("roleAssignmentName")).Order()];

    private static IEnumerable<(string Principal, string Role, string Scope)> Assignments(ExampleStack stack) => stack
        .All("authorization:RoleAssignment")
        .Select(r => (r.Text("principalId"), r.Text("roleDefinitionId").Split('/')[^1], r.Text("scope")));
}
