using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Serverless.Learning.Trainers;

namespace Serverless.Benchmarks.Learning;

/// <summary>Result of XGBoost or scikit-learn, from <c>peers.py</c> in a process of its own.</summary>
/// <param name="Fit">Time of the fit, in seconds.</param>
/// <param name="Scores">AUC, RMSE or log loss of the test rows: of the fit, or of each refit if there are any.</param>
internal sealed record PeerResult(
    double Fit, IReadOnlyList<double> Scores, double RowsPerSecond, double RowMicroseconds, double PeakMegabytes);

internal static class Peer
{
    public static readonly IReadOnlyList<string> Names = ["xgboost", "sklearn"];

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <param name="folder">Folder with <c>train.f32</c> and <c>test.f32</c>.</param>
    /// <param name="refits">
    /// File with one byte per row for each further fit, 1 to learn from the row. An empty name means no further fits.
    /// </param>
    /// <exception cref="InvalidOperationException">The peer failed; the message has its output.</exception>
    public static async Task<PeerResult> RunAsync(
        string python,
        string name,
        TrainingData data,
        string folder,
        string refits,
        int rounds,
        int threads,
        CancellationToken cancellationToken)
    {
        var slots = data.Features.Slots;
        var script = Path.Combine(AppContext.BaseDirectory, "Learning", "peers.py");
        string[] arguments =
        [
            script, name, data.Task.ToString().ToLowerInvariant(), Path.Combine(folder, "train.f32"),
            Path.Combine(folder, "test.f32"),
            Text(slots.Count),
            string.Join(',', slots.Index().Where(s => s.Item.IsCategorical).Select(s => Text(s.Index))),
            Text(rounds), Text(threads), Text(data.ClassCount), refits,
        ];
        var start = new ProcessStartInfo(python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["OMP_NUM_THREADS"] = Text(threads);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Expected {name} to run with {python}, found: {await error}");
        }

        return JsonSerializer.Deserialize<PeerResult>(output, CamelCase)!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
