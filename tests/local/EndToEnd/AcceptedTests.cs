using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Serverless.Core;
using Serverless.Local.Hosting.Functions;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Every route there is, asked where it can do something and where it cannot.</summary>
public sealed class AcceptedTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_route_answers_202_without_an_effect()
    {
        await using var host = await DashboardHost.StartAsync();
        var accepted = await AskAllAsync(host, "before there is a model");
        await host.TrainAsync(1, "a.csv", slope: 3);
        accepted.AddRange(await AskAllAsync(host, "with nothing new"));
        host.Write(
            "models/lines/model.json",
            DashboardHost.Definition.Replace("\"trials\": 1", "\"trials\": 1, \"seed\": 7", StringComparison.Ordinal));
        accepted.AddRange(await AskAllAsync(host, "with something new"));
        // The only two that say so, each where it has an effect.
        Assert.Equal(["feedback", "request-retrain"], accepted.Distinct().Order(StringComparer.Ordinal));
        Assert.Single(accepted, "request-retrain");
    }

    /// <returns>Names of the functions that answered 202.</returns>
    private static async Task<List<string>> AskAllAsync(DashboardHost host, string when)
    {
        var accepted = new List<string>();
        foreach (var function in Routes())
        {
            var http = (HttpTrigger)function.Trigger;
            var path = http.Template
                .Replace("{ignored:maxlength(0)?}", "", StringComparison.Ordinal)
                .Replace("{model}", "lines", StringComparison.Ordinal)
                .Replace("{version}", "9", StringComparison.Ordinal)
                .Replace("{alias}", "champion", StringComparison.Ordinal)
                .Replace("{file}", "not-data.txt.exe", StringComparison.Ordinal);
            Assert.DoesNotContain('{', path);
            var body = function.Name == "feedback" ? """{"id": "1", "value": 3}""" : "{}";
            // What would take the model away asks for a version that does not exist, or is refused.
            if (function.Name == "delete-model") path += "?data=maybe";
            var before = host.AllFiles();
            using var request = new HttpRequestMessage(new HttpMethod(http.Methods.Single().ToUpperInvariant()), $"/{path}")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            using var response = await host.Client.SendAsync(request, Cancel);
            if (response.StatusCode != HttpStatusCode.Accepted) continue;
            accepted.Add(function.Name);
            Assert.True(
                !before.SequenceEqual(host.AllFiles()), $"{function.Name} answered 202 {when}, and nothing was written.");
            await host.UntilIdleAsync();
        }

        return accepted;
    }

    private static IEnumerable<FunctionDescriptor> Routes()
    {
        string[] schedules =
        [
            SettingNames.StalenessSchedule, SettingNames.DriftSchedule, SettingNames.SweepSchedule,
            SettingNames.RolloutSchedule, SettingNames.SourceSchedule,
        ];
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            schedules.Select(name => KeyValuePair.Create(name, (string?)"0 0 * * * *"))).Build();
        return FunctionIndex.Read(FunctionTypes.All, "", settings).Functions.Where(f => f.Trigger is HttpTrigger);
    }
}
