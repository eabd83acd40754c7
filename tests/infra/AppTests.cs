using Pulumi;

namespace Serverless.Infra.Tests;

public sealed class AppTests
{
    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task The_app_runs_NET_10_on_Flex_Consumption_as_large_as_the_settings_say(string name)
    {
        var stack = await ExampleStack.RunAsync(name);
        var settings = ExampleStack.Settings(name);
        var plan = stack.One("web:AppServicePlan");
        Assert.Equal(
            ("FC1", "FlexConsumption", true), (plan.Text("sku.name"), plan.Text("sku.tier"), plan.Flag("reserved")));

        var app = stack.One("web:WebApp");
        Assert.Equal("functionapp,linux", app.Text("kind"));
        Assert.Equal(
            ("dotnet-isolated", "10.0"),
            (app.Text("functionAppConfig.runtime.name"), app.Text("functionAppConfig.runtime.version")));
        Assert.Equal(
            settings.MaximumInstances, app.Number("functionAppConfig.scaleAndConcurrency.maximumInstanceCount"));
        Assert.Equal(settings.InstanceMemory, app.Number("functionAppConfig.scaleAndConcurrency.instanceMemoryMB"));
        var ready = app.Find("functionAppConfig.scaleAndConcurrency.alwaysReady") is null
            ? 0
            : app.List("functionAppConfig.scaleAndConcurrency.alwaysReady").Length;
        Assert.Equal(settings.AlwaysReady, ready);
        Assert.True(app.Flag("httpsOnly"));
    }

    [Fact]
    public async Task Concurrent_requests_of_an_instance_are_registered_only_where_set()
    {
        const string Triggers = "functionAppConfig.scaleAndConcurrency.triggers";
        var set = await ExampleStack.RunAsync("prod", s => s with { HttpConcurrency = 200 });
        Assert.Equal(200, set.One("web:WebApp").Number($"{Triggers}.http.perInstanceConcurrency"));
        var absent = await ExampleStack.RunAsync("prod", s => s with { HttpConcurrency = null });
        Assert.Null(absent.One("web:WebApp").Find(Triggers));
    }

    [Fact]
    public async Task The_package_is_stored_and_read_with_the_apps_identity()
    {
        var stack = await ExampleStack.RunAsync("dev");
        var app = stack.One("web:WebApp");
        const string Storage = "functionAppConfig.deployment.storage.";
        Assert.Equal("UserAssigned", app.Text("identity.type"));
        var identity = Assert.Single(app.List("identity.userAssignedIdentities"));
        Assert.Equal("blobContainer", app.Text(Storage + "type"));
        Assert.Equal("https://data.blob.core.windows.net/app-package", app.Text(Storage + "value"));
        Assert.Equal("UserAssignedIdentity", app.Text(Storage + "authentication.type"));
        Assert.Equal(identity, app.Text(Storage + "authentication.userAssignedIdentityResourceId"));
        Assert.False(stack.One("web:WebAppFtpAllowed").Flag("allow"));
        Assert.False(stack.One("web:WebAppScmAllowed").Flag("allow"));
    }

    [Fact]
    public async Task Every_connection_is_an_address_and_an_identity()
    {
        var settings = (await ExampleStack.RunAsync("dev")).AppSettings();
        foreach (var connection in (string[])["AzureWebJobsStorage", SettingNames.Storage])
        {
            Assert.Equal("https://data.blob.core.windows.net/", settings[$"{connection}__blobServiceUri"]);
            Assert.Equal("https://data.queue.core.windows.net/", settings[$"{connection}__queueServiceUri"]);
            Assert.Equal("managedidentity", settings[$"{connection}__credential"]);
            Assert.Equal("app-client-id", settings[$"{connection}__clientId"]);
            Assert.DoesNotContain(connection, settings.Keys);
        }

        Assert.Equal("https://data.table.core.windows.net/", settings["AzureWebJobsStorage__tableServiceUri"]);
        Assert.Equal("ClientId=app-client-id;Authorization=AAD", settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]);
        Assert.DoesNotContain("FUNCTIONS_WORKER_RUNTIME", settings.Keys);
    }

    [Fact]
    public async Task The_timers_schedules_come_from_the_stacks_settings()
    {
        var settings = (await ExampleStack.RunAsync(
            "prod", s => s with { DriftSchedule = "0 5 * * * *" })).AppSettings();
        Assert.Equal("0 0 * * * *", settings[SettingNames.StalenessSchedule]);
        Assert.Equal("0 5 * * * *", settings[SettingNames.DriftSchedule]);
        Assert.Equal("0 40 * * * *", settings[SettingNames.SweepSchedule]);
        Assert.Equal("0 * * * * *", settings[SettingNames.RolloutSchedule]);
        Assert.Equal("0 */5 * * * *", settings[SettingNames.SourceSchedule]);
    }

    [Fact]
    public async Task Limits_come_from_the_stacks_settings()
    {
        var settings = (await ExampleStack.RunAsync("prod", s => s with
        {
            TrainingLimit = TimeSpan.FromMinutes(12),
            ModelCacheMegabytes = 300,
        })).AppSettings();
        Assert.Equal("00:12:00", settings[SettingNames.TrainingLimit]);
        Assert.Equal("300", settings[SettingNames.ModelCache]);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Every_app_setting_that_the_code_reads_is_set(string name)
    {
        var settings = (await ExampleStack.RunAsync(name)).AppSettings().Keys.Select(k => k.Split("__")[0]).ToHashSet();
        Assert.All(StorageTests.Constants(typeof(SettingNames)), s => Assert.Contains(s, settings));
    }

    [Fact]
    public async Task The_deployment_runs_again_if_the_package_or_the_app_changes()
    {
        var stack = await ExampleStack.RunAsync("dev");
        var command = Assert.Single(stack.Azure.Resources, r => r.Type == "command:local:Command");
        Assert.Equal("app", command.Text("environment.APP"));
        Assert.Equal(Azure.Subscription, command.Text("environment.SUBSCRIPTION"));
        Assert.Equal(
            [(string)stack.Outputs["packageHash"]!, $"/subscriptions/{Azure.Subscription}/azure-native:web:WebApp/app"],
            command.List("triggers").Cast<string>());
    }

    [Fact]
    public async Task The_outputs_are_the_endpoint_the_dashboard_and_where_to_drop_data()
    {
        var outputs = (await ExampleStack.RunAsync("dev")).Outputs;
        Assert.Equal("https://app.azurewebsites.net", await ValueAsync(outputs["endpoint"]));
        Assert.Equal("https://app.azurewebsites.net/sign-in", await ValueAsync(outputs["dashboard"]));
        Assert.Equal(
            "https://data.blob.core.windows.net/datasets/<model>/<file>.csv", await ValueAsync(outputs["dropDataAt"]));
        Assert.Equal(
            "https://data.blob.core.windows.net/batch/in/<model>/<file>.csv",
            await ValueAsync(outputs["dropFilesToPredictAt"]));
    }

    internal static async Task<string> ValueAsync(object? output) => output switch
    {
        string text => text,
        Output<string> later => await Pulumi.Utilities.OutputUtilities.GetValueAsync(later),
        _ => throw new InvalidOperationException($"unexpected output {output}"),
    };
}
