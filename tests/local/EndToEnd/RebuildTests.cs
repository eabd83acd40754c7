using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.Core.Storage;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Versions made again from their manifests, over real HTTP.</summary>
public sealed class RebuildTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_is_made_again_to_the_same_bytes_and_nothing_is_written()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.TrainAsync(2, "b.csv", slope: 3);
        var before = host.Files();

        var rebuilt = await RebuildAsync(host, "1", HttpStatusCode.OK);

        var manifest = await host.Client.GetFromJsonAsync<JsonElement>("/api/models/lines/versions/1", Cancel);
        var hash = manifest.GetProperty("modelHash").GetString();
        Assert.Equal(
            ("lines", 1, true, hash, hash),
            (rebuilt.GetProperty("model").GetString(), rebuilt.GetProperty("version").GetInt32(),
                rebuilt.GetProperty("same").GetBoolean(), rebuilt.GetProperty("expected").GetString(),
                rebuilt.GetProperty("found").GetString()));
        Assert.Equal(before, host.Files());
    }

    [Fact]
    public async Task A_manifest_that_was_altered_is_found_out()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        var manifest = await host.Client.GetStringAsync("/api/models/lines/versions/1", Cancel);
        var hash = JsonDocument.Parse(manifest).RootElement.GetProperty("modelHash").GetString()!;
        var other = new string('0', hash.Length);
        host.Write("models/lines/versions/2/manifest.json", manifest.Replace(hash, other, StringComparison.Ordinal));

        var rebuilt = await RebuildAsync(host, "2", HttpStatusCode.OK);

        Assert.False(rebuilt.GetProperty("same").GetBoolean());
        Assert.Equal(other, rebuilt.GetProperty("expected").GetString());
        Assert.Equal(hash, rebuilt.GetProperty("found").GetString());
    }

    [Fact]
    public async Task A_version_is_made_again_after_its_file_was_replaced_but_not_without_its_part()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        await host.TrainAsync(2, "a.csv", slope: 6);

        Assert.True((await RebuildAsync(host, "1", HttpStatusCode.OK)).GetProperty("same").GetBoolean());

        var manifest = await host.Client.GetFromJsonAsync<JsonElement>("/api/models/lines/versions/1", Cancel);
        var part = manifest.GetProperty("data")[0].GetProperty("part").GetString()!;
        await host.Get<BlobStore>().DeleteAsync(part, Cancel);
        var problem = await RebuildAsync(host, "1", HttpStatusCode.Conflict);

        Assert.Equal(
            $"Version 1 of model 'lines': Expected {part}, found no such file.",
            problem.GetProperty("detail").GetString());
        Assert.Equal("The version cannot be rebuilt", problem.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Of_what_is_not_there_nothing_is_made()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.TrainAsync(1, "a.csv", slope: 3);
        Assert.Equal("Unknown version", Title(await RebuildAsync(host, "3", HttpStatusCode.NotFound)));
        Assert.Equal("Unknown version", Title(await RebuildAsync(host, "one", HttpStatusCode.NotFound)));
        Assert.Equal("Unknown model", Title(await RebuildAsync(host, "1", HttpStatusCode.NotFound, "circles")));

        static string? Title(JsonElement problem) => problem.GetProperty("title").GetString();
    }

    [Fact]
    public async Task It_asks_for_the_key_as_other_routes_do()
    {
        await using var host = await DashboardHost.StartAsync("a key of sixteen and more");
        host.Client.DefaultRequestHeaders.Clear();
        using var response = await host.Client.PostAsync("/api/models/lines/versions/1/rebuild", null, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static async Task<JsonElement> RebuildAsync(
        DashboardHost host, string version, HttpStatusCode expected, string model = "lines")
    {
        using var response = await host.Client.PostAsync(
            $"/api/models/{model}/versions/{version}/rebuild", null, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
