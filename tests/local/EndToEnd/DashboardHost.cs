using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core;
using Serverless.Core.Composition;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Learning.Numerics;
using Serverless.Web;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>The product in this process, whose timers rest, with a model “lines” that trains in no time.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    public const string Definition = """{"label": "y", "training": {"trainers": ["linear"], "trials": 1}}""";

    private readonly TempFolder _folder;
    private readonly TestHost _host;

    private DashboardHost(TempFolder folder, TestHost host) => (_folder, _host) = (folder, host);

    public Uri Site => new(_host.Host.Address.GetLeftPart(UriPartial.Authority));

    public HttpClient Client => _host.Client;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="key">Null: none is asked for.</param>
    /// <param name="with">Services in place of the product's.</param>
    public static async Task<DashboardHost> StartAsync(
        string? key = null, Action<IServiceCollection>? with = null)
    {
        const string never = "0 0 0 1 1 *";
        var folder = new TempFolder();
        var host = await TestHost.StartAsync(
            folder,
            FunctionTypes.All,
            hostJson: await File.ReadAllTextAsync(Path.Combine(TestStore.Repository, "host.json"), Cancel),
            with: s => s with
            {
                Key = key,
                Values = new Dictionary<string, string?>
                {
                    [SettingNames.StalenessSchedule] = never,
                    [SettingNames.DriftSchedule] = never,
                    [SettingNames.SweepSchedule] = never,
                    [SettingNames.RolloutSchedule] = never,
                    [SettingNames.SourceSchedule] = never,
                },
            },
            services: s =>
            {
                with?.Invoke(s);
                s.AddSingleton(new ServingOptions
                {
                    RefreshInterval = TimeSpan.FromMilliseconds(100),
                    FlushInterval = TimeSpan.FromSeconds(1)
                });
                s.AddServerless(
                    p => new FolderBlobStore(folder.Path, p.GetRequiredService<TimeProvider>())).AddServerlessWeb();
            });
        if (key is not null) host.Client.DefaultRequestHeaders.Add("x-functions-key", key);
        return new DashboardHost(folder, host);
    }

    public T Get<T>() where T : notnull => _host.Host.Services.GetRequiredService<T>();

    /// <summary>Drops a file of lines, or of noise, and waits for the version that it becomes.</summary>
    public async Task TrainAsync(int version, string file, double slope, string definition = Definition)
    {
        _folder.Drop("models/lines/model.json", definition);
        _folder.Drop($"datasets/lines/{file}", Csv(slope, (ulong)version));
        await UntilAsync($"version {version}", m => m.GetProperty("versions").GetArrayLength() >= version);
        await _host.UntilIdleAsync();
    }

    /// <summary>Drops a file that cannot be used.</summary>
    public async Task RejectAsync(string file)
    {
        _folder.Drop($"datasets/lines/{file}", "nothing\nthat,fits\n");
        while (_folder.Files("quarantine/lines").Length == 0) await Task.Delay(20, Cancel);
        await _host.UntilIdleAsync();
    }

    /// <summary>Data and models in the store, and when they were written.</summary>
    public List<(string Path, DateTime Written)> Files() =>
        [.. _folder.Files("datasets").Concat(_folder.Files("models")).Order(StringComparer.Ordinal)
            .Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    /// <summary>All files of the store below a folder, incomplete ones too.</summary>
    public string[] Files(string folder) => _folder.Files(folder);

    /// <summary>All files of the store, those of the host too, and when they were written.</summary>
    public List<(string Path, DateTime Written)> AllFiles() =>
        [.. _folder.Files("").Order(StringComparer.Ordinal).Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    public void Write(string blob, string content) => _folder.Drop(blob, content);

    /// <summary>Drops a file that is old enough for a sweep.</summary>
    public void WriteOld(string blob, string content)
    {
        _folder.Drop(".store-old", content);
        var old = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
        File.SetLastWriteTimeUtc(_folder.PathOf(".store-old"), old);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.PathOf(blob))!);
        File.Move(_folder.PathOf(".store-old"), _folder.PathOf(blob));
    }

    /// <summary>Deletes a folder as a person would.</summary>
    public void Delete(string folder) => Directory.Delete(_folder.PathOf(folder), recursive: true);

    public Task UntilIdleAsync() => _host.UntilIdleAsync();

    public async Task PredictAsync(int requests, double x)
    {
        for (var i = 0; i < requests; i++)
        {
            var row = string.Create(CultureInfo.InvariantCulture, $$"""{"x": {{x}}}""");
            using var response = await Client.PostAsync(
                "/api/models/lines/predict", new StringContent(row, Encoding.UTF8, "application/json"), Cancel);
            response.EnsureSuccessStatusCode();
        }

        await Get<PredictionLog>().FlushAsync(Cancel);
    }

    public async Task RunNowAsync(string function) => (await _host.RunNowAsync(function)).EnsureSuccessStatusCode();

    public Task<JsonElement> ModelAsync() => Client.GetFromJsonAsync<JsonElement>("/api/models/lines", Cancel);

    public async Task<int> ChampionAsync() =>
        (await ModelAsync()).GetProperty("aliases").GetProperty("champion").GetInt32();

    public async Task UntilAsync(string what, Func<JsonElement, bool> isReached)
    {
        for (var i = 0; ; i++)
        {
            using var response = await Client.GetAsync("/api/models/lines", Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            if (response.IsSuccessStatusCode && isReached(JsonDocument.Parse(text).RootElement)) return;
            Assert.True(i < 1500, $"It did not come to {what} within half a minute: {text}");
            await Task.Delay(20, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    public static string Csv(double slope, ulong seed)
    {
        var (random, csv) = (new SplitMix64(seed), new StringBuilder("x,y\n"));
        for (var i = 0; i < 200; i++)
        {
            var x = random.NextDouble() * 10;
            csv.Append(
                CultureInfo.InvariantCulture, $"{x:0.###},{(slope * x) + (10 * random.NextDouble()) - 5:0.###}\n");
        }

        return csv.ToString();
    }
}
