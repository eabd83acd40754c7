extern alias app;

using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests;

/// <summary>What the published worker says of its functions when a host asks.</summary>
public sealed class WorkerMetadataTests(PublishedWorker worker)
{
    [Fact]
    public async Task The_worker_describes_every_function_and_the_host_refuses_none()
    {
        // No function is invoked, so that there may be nothing at these addresses.
        await using var host = await worker.StartAsync(new StorageTriggers("UseDevelopmentStorage=true"));
        Assert.Equal(FunctionNamesInCode(), host.Functions.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.True(host.Faults.Count == 0, string.Join('\n', host.Faults));
    }

    private static IEnumerable<string> FunctionNamesInCode() =>
        typeof(app::Serverless.Functions.GeneratedFunctionMetadataProvider).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .SelectMany(m => m.GetCustomAttributesData())
            .Where(a => a.AttributeType.Name == "FunctionAttribute")
            .Select(a => (string)a.ConstructorArguments[0].Value!)
            .Order(StringComparer.Ordinal);
}
