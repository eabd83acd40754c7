using System.Diagnostics;

namespace Serverless.Infra.Tests;

public sealed class PackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-infra-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_content_has_the_same_hash_in_any_order_and_at_any_time()
    {
        var (one, two) = (PathOf("one.zip"), PathOf("two.zip"));
        ExampleStack.WritePackage(one, ("host.json", "{}"), ("bin/app.dll", "code"));
        ExampleStack.WritePackage(two, ("bin/app.dll", "code"), ("host.json", "{}"));
        Assert.Equal(Package.ContentHash(one), Package.ContentHash(two));
    }

    [Theory]
    [InlineData("bin/app.dll", "other code")]
    [InlineData("bin/app2.dll", "code")]
    public void Different_content_or_names_have_different_hashes(string name, string text)
    {
        var (one, two) = (PathOf("one.zip"), PathOf("two.zip"));
        ExampleStack.WritePackage(one, ("host.json", "{}"), ("bin/app.dll", "code"));
        ExampleStack.WritePackage(two, ("host.json", "{}"), (name, text));
        Assert.NotEqual(Package.ContentHash(one), Package.ContentHash(two));
    }

    [Fact]
    public void An_invalid_package_is_reported_before_anything_is_provisioned()
    {
        var missing = Assert.Throws<SettingsException>(() => Package.ContentHash(PathOf("none.zip")));
        Assert.Contains("found nothing at", missing.Message, StringComparison.Ordinal);

        File.WriteAllText(PathOf("text.zip"), "no zip");
        var text = Assert.Throws<SettingsException>(() => Package.ContentHash(PathOf("text.zip")));
        Assert.Contains("expected a zip", text.Message, StringComparison.Ordinal);

        ExampleStack.WritePackage(PathOf("nested.zip"), ("publish/host.json", "{}"));
        var nested = Assert.Throws<SettingsException>(() => Package.ContentHash(PathOf("nested.zip")));
        Assert.Contains("expected host.json at the root", nested.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "attempt 1")]
    [InlineData(2, 0, "attempt 3")]
    [InlineData(9, 1, "")]
    public async Task A_refused_deployment_is_retried_and_fails_after_the_last_attempt(
        int refusals, int exit, string says)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "deploy.sh needs a POSIX shell");
        var az = PathOf("az");
        await File.WriteAllTextAsync(az, $"""
            #!/bin/sh
            echo "$@" >> "{_folder}/calls"
            [ "$(wc -l < "{_folder}/calls")" -gt {refusals} ]
            """, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        using var process = Process.Start(new ProcessStartInfo("sh", [Repository.PathOf("infra/deploy.sh")])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment =
            {
                ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
                ["PACKAGE"] = "the.zip",
                ["APP"] = "the-app",
                ["RESOURCE_GROUP"] = "the-group",
                ["SUBSCRIPTION"] = "the-subscription",
                ["ATTEMPTS"] = "3",
                ["PAUSE"] = "0",
            },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(exit, process.ExitCode);
        Assert.Contains(says, output, StringComparison.Ordinal);
        var calls = await File.ReadAllLinesAsync(PathOf("calls"), TestContext.Current.CancellationToken);
        Assert.Equal(Math.Min(refusals + 1, 3), calls.Length);
        Assert.All(calls, c => Assert.Equal(
            "functionapp deployment source config-zip --subscription the-subscription --resource-group the-group "
            + "--name the-app --src the.zip --timeout 600 --output none",
            c));
    }

    private string PathOf(string name) => System.IO.Path.Combine(_folder, name);
}
