using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core;
using Serverless.Core.Composition;
using Serverless.Core.Storage;
using Serverless.Local.Hosting.Functions;
using Serverless.Web;
using Serverless.Web.OpenApi;

namespace Serverless.Local.Tests.Functions;

/// <summary>The description is written by hand: here it is held against the functions that there are.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task Every_http_function_is_described_by_its_name_method_and_route_and_nothing_else_is()
    {
        using var folder = new TempFolder();
        var services = new ServiceCollection().AddLogging().AddServerless(
            _ => new FolderBlobStore(folder.Path, TimeProvider.System)).AddServerlessWeb();
        await using var provider = services.BuildServiceProvider();
        var bytes = await provider.GetRequiredService<OpenApiService>().WriteAsync(
            null, TestContext.Current.CancellationToken);

        var described = JsonNode.Parse(bytes!)!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(
                o => $"{(string)o.Value!["operationId"]!}: {o.Key.ToUpperInvariant()} {path.Key}"));
        string[] schedules =
        [
            SettingNames.StalenessSchedule, SettingNames.DriftSchedule, SettingNames.SweepSchedule,
            SettingNames.RolloutSchedule, SettingNames.SourceSchedule,
        ];
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            schedules.Select(name => KeyValuePair.Create(name, (string?)"0 0 * * * *"))).Build();
        var functions = FunctionIndex.Read(FunctionTypes.All, "", settings).Functions
            .Where(f => f.Trigger is HttpTrigger)
            .Select(f => (f.Name, Http: (HttpTrigger)f.Trigger))
            .Select(f => $"{f.Name}: {f.Http.Methods.Single()
                .ToUpperInvariant()} /{(f.Name == "dashboard" ? "" : f.Http.Template)}");

        Assert.Equal(functions.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }
}
