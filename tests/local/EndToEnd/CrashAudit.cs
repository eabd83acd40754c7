using System.Globalization;
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
    /// Each file is in the newest data version once, as it is; one version has learned from all of it, and its model
    /// has the bytes of an undisturbed run.
    /// </summary>
    /// <param name="undisturbed">A store into which the same files were dropped one by one.</param>
    public void RequireAllLearned(string model, IReadOnlyList<CrashFile> files, TestStore undisturbed)
    {
        var newest = Newest(store, model);
        Assert.Equal(
            files.Select(f => (f.Blob, CrashData.Hash(f))).Order(),
            newest.GetProperty("parts").EnumerateArray().Select(
                p => (p.GetProperty("source").GetString()!, p.GetProperty("sourceHash").GetString()!)).Order());
        Assert.Equal(
            Newest(undisturbed, model).GetProperty("content").GetString(), newest.GetProperty("content").GetString());

        var identity = CrashData.Identity(files);
        var version = Assert.Single(Manifests(store, model), m => m.GetProperty("identity").GetString() == identity);
        var record = Json(store.PathOf($"monitoring/{model}/runs/{identity}.json"));
        Assert.Equal(version.GetProperty("version").GetInt32(), record.GetProperty("version").GetInt32());
        var expected = Manifests(undisturbed, model).Single(m => m.GetProperty("identity").GetString() == identity);
        Assert.Equal(
            expected.GetProperty("modelHash").GetString(), version.GetProperty("modelHash").GetString());
        Assert.Distinct(Manifests(store, model).Select(m => m.GetProperty("version").GetInt32()));
        Assert.Distinct(Manifests(store, model).Select(m => m.GetProperty("identity").GetString()));
    }

    public int CountTrainings() => CrashData.Models.Sum(model => Manifests(store, model).Count);

    /// <summary>A folder without a manifest was left by a crash; its number is not used again, and it is no version.
    /// </summary>
    private static List<JsonElement> Manifests(TestStore store, string model) =>
        [.. Directory.GetFiles(store.PathOf($"models/{model}/versions"), "manifest.json", SearchOption.AllDirectories)
            .Select(Json)];

    private static JsonElement Newest(TestStore store, string model) => Json(
        Directory.GetFiles(store.PathOf($"data/{model}/versions"), "*.json")
            .MaxBy(f => int.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture))!);

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
