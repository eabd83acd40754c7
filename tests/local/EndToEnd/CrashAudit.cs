using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>What must hold in a store and of its host, while it crashes and afterwards.</summary>
internal sealed class CrashAudit(TestStore store)
{
    private readonly HashSet<string> _served = [];
    private readonly HashSet<(string Model, int Version)> _whole = [];

    /// <summary>How often a model was asked, and answered with a version.</summary>
    public int Answers { get; private set; }

    /// <summary>A model that answered once answers always; before, it says that no version is there yet.</summary>
    public async Task PredictAsync(HostProcess host, string model)
    {
        using var content = new StringContent(CrashData.Row(model), Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync($"/api/models/{model}/predict", content);
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.OK)
        {
            var version = JsonDocument.Parse(text).RootElement.GetProperty("version").GetInt32();
            Assert.True(
                File.Exists(PathOf(model, version, "manifest.json")),
                $"{model} answers with version {version}, which has no manifest.");
            _served.Add(model);
            Answers++;
            return;
        }

        Assert.True(
            response.StatusCode == HttpStatusCode.ServiceUnavailable && !_served.Contains(model),
            $"{model}, {(_served.Contains(model) ? "served before" : "not yet served")}: {(int)response.StatusCode} "
            + $"{text}\n{host.Output}");
    }

    /// <summary>Every version that the API shows is complete, from the first moment on.</summary>
    public async Task LookAtVersionsAsync(HostProcess host, string model, bool again = false)
    {
        var details = await host.GetAsync($"/api/models/{model}");
        foreach (var version in details.GetProperty("versions").EnumerateArray().Select(
            v => v.GetProperty("version").GetInt32()))
        {
            if (_whole.Contains((model, version)) && !again) continue;
            var manifest = await host.GetAsync($"/api/models/{model}/versions/{version}");
            Assert.Equal(version, manifest.GetProperty("version").GetInt32());
            var file = await File.ReadAllBytesAsync(PathOf(model, version, "model.bin"));
            Assert.Equal(
                manifest.GetProperty("modelHash").GetString(), Convert.ToHexStringLower(SHA256.HashData(file)));
            var report = await host.Http.GetStringAsync($"/api/models/{model}/versions/{version}/report");
            Assert.EndsWith("</html>", report.TrimEnd(), StringComparison.Ordinal);
            _whole.Add((model, version));
        }
    }

    /// <summary>
    /// One version for each distinct content and nothing else, and a record of the run for each file.
    /// </summary>
    public void RequireOneVersionPerContent(string model, IReadOnlyList<CrashFile> files)
    {
        // A folder without a manifest was left by a crash; its number is not used again, and it is no version.
        var manifests = Directory.GetFiles(
            store.PathOf($"models/{model}/versions"), "manifest.json", SearchOption.AllDirectories)
            .Select(Json).ToList();
        var expected = files.Select(CrashData.Identity).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(
            expected, manifests.Select(m => m.GetProperty("identity").GetString()!).Order(StringComparer.Ordinal));
        Assert.Distinct(manifests.Select(m => m.GetProperty("version").GetInt32()));

        foreach (var file in files)
        {
            var identity = CrashData.Identity(file);
            var record = Json(store.PathOf($"monitoring/{model}/runs/{identity}.json"));
            var manifest = manifests.Single(m => m.GetProperty("identity").GetString() == identity);
            Assert.Equal(manifest.GetProperty("version").GetInt32(), record.GetProperty("version").GetInt32());
        }
    }

    /// <summary>The gate promotes a version at most once, however often its run is brought to its end.</summary>
    public void RequireSinglePromotions(string model)
    {
        var promoted = Json(store.PathOf($"models/{model}/aliases.json")).GetProperty("history").EnumerateArray()
            .Where(c => c.GetProperty("alias").GetString() == "champion").Select(
                c => c.GetProperty("to").GetInt32()).ToList();
        Assert.NotEmpty(promoted);
        Assert.Equal(promoted.Distinct(), promoted);
    }

    /// <summary>Good data is never called bad, and no work is given up.</summary>
    public void RequireNothingGivenUp()
    {
        foreach (var folder in (string[])["quarantine", "host/poison"])
        {
            if (!Directory.Exists(store.PathOf(folder))) continue;
            var files = Directory.GetFiles(store.PathOf(folder), "*.json", SearchOption.AllDirectories);
            Assert.True(files.Length == 0, string.Join('\n', files.Select(f => $"{f}: {File.ReadAllText(f)}")));
        }
    }

    private string PathOf(string model, int version, string file) =>
        store.PathOf($"models/{model}/versions/{version}/{file}");

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
}
