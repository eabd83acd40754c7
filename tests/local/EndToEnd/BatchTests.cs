using System.Text;
using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Files to be predicted, through the built program on a folder.</summary>
public sealed class BatchTests : IDisposable
{
    private const int Copies = 300;

    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_dropped_file_is_predicted_row_by_row_and_a_killed_host_goes_on_to_the_same_bytes()
    {
        _store.Drop(TestStore.Sample("weather", "model.json"), "models/weather/model.json");
        _store.Drop(TestStore.Sample("weather", "seattle.csv"), "datasets/weather/seattle.csv");
        var lines = (await File.ReadAllTextAsync(TestStore.Sample("weather", "seattle.csv"))).TrimEnd().Split('\n');
        var content = Encoding.UTF8.GetBytes(
            $"{lines[0]}\n{string.Concat(Enumerable.Repeat(string.Join('\n', lines[1..]) + "\n", Copies))}");
        await using (var host = await HostProcess.StartAsync(_store.Root, "--empty"))
        {
            await host.UntilAsync(
                "a champion",
                () => Task.FromResult(_store.Runs("weather").GetValueOrDefault(
                    "seattle.csv") is { ValueKind: JsonValueKind.Object } run
                    ? run.ToString()
                    : null));
            _store.Write("batch/in/weather/whole.csv", content);
            var report = JsonDocument.Parse(await UntilReportAsync(host, "whole.csv")).RootElement;
            Assert.Equal(
                (1, Copies * (lines.Length - 1)),
                (report.GetProperty("version").GetInt32(), report.GetProperty("rows").GetInt32()));

            // The first row's prediction is the one that the predict route gives.
            var header = lines[0].TrimEnd('\r').Split(',');
            var fields = lines[1].TrimEnd('\r').Split(',');
            var row = header.Zip(fields).Where(c => c.First != "weather").Select(
                c => $"\"{c.First}\": {(c.First == "date" ? $"\"{c.Second}\"" : c.Second)}");
            var answer = await host.PredictAsync("weather", $"{{{string.Join(", ", row)}}}");
            var label = answer.GetProperty("predictions")[0].GetProperty("label").GetString();
            Assert.StartsWith(
                $"1,{label},",
                File.ReadLines(_store.PathOf("batch/out/weather/whole.csv")).ElementAt(1),
                StringComparison.Ordinal);

            _store.Write("batch/in/weather/killed.csv", content);
            var parts = _store.PathOf("batch/parts");
            await host.UntilAsync("a part", () => Task.FromResult(
                Directory.Exists(parts)
                    ? Directory.EnumerateFiles(parts, "00000*", SearchOption.AllDirectories).FirstOrDefault()
                    : null));
            await host.KillAsync();
        }

        Assert.False(
            File.Exists(_store.PathOf("batch/out/weather/killed.csv")), "The run ended before it could be killed.");
        await using (var host = await HostProcess.StartAsync(_store.Root, "--empty"))
        {
            await UntilReportAsync(host, "killed.csv");
            Assert.Equal(
                await File.ReadAllBytesAsync(_store.PathOf("batch/out/weather/whole.csv")),
                await File.ReadAllBytesAsync(_store.PathOf("batch/out/weather/killed.csv")));

            // What cannot be predicted says why, and the host goes on.
            foreach (var file in Directory.EnumerateFiles(TestStore.Sample("malformed"), "*.csv"))
            {
                var name = Path.GetFileName(file);
                _store.Drop(file, $"batch/in/weather/malformed/{name}");
                var report = JsonDocument.Parse(await UntilReportAsync(host, $"malformed/{name}")).RootElement;
                Assert.True(report.TryGetProperty("rejection", out var why), report.ToString());
                Assert.StartsWith("Expected ", why.GetString(), StringComparison.Ordinal);
                Assert.False(File.Exists(_store.PathOf($"batch/out/weather/malformed/{name}")));
            }
        }
    }

    private Task<string> UntilReportAsync(HostProcess host, string file) => host.UntilAsync(
        $"the report of {file}",
        () => Task.FromResult(File.Exists(_store.PathOf($"batch/out/weather/{file}.report.json"))
            ? File.ReadAllText(_store.PathOf($"batch/out/weather/{file}.report.json"))
            : null),
        seconds: 120);
}
