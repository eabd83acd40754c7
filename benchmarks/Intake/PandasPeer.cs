using System.Diagnostics;
using System.Text.Json;
using Serverless.Tests.Intake;

namespace Serverless.Benchmarks.Intake;

/// <summary>pandas with its defaults on the corpus, in a process of its own: see <c>peer.py</c>.</summary>
internal static class PandasPeer
{
    /// <param name="Right">For each named column whether dtype and values are the truth.</param>
    /// <param name="Error">Why pandas did not read the file; null if it did.</param>
    public sealed record Result(IReadOnlyList<bool> Right, string? Error);

    private sealed record TruthFile(string Path, IReadOnlyList<TruthColumn> Columns);

    private sealed record TruthColumn(
        string Name,
        IReadOnlyList<string> Kinds,
        IReadOnlyList<object?> Values,
        IReadOnlyList<IReadOnlyList<object?>> OtherValues);

    /// <returns>One per file, in order.</returns>
    /// <exception cref="InvalidOperationException">The peer did not come to an end; says what it wrote.</exception>
    public static async Task<IReadOnlyList<Result>> RunAsync(
        string python, IReadOnlyList<IntakeFile> files, string folder, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, file.Bytes, cancellationToken);
        }

        var truth = files.Select(f => new TruthFile(
            f.Name, [.. f.Columns.Where(c => c.Name.Length > 0).Select(Truth)]));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "truth.json"),
            JsonSerializer.Serialize(truth, JsonSerializerOptions.Web),
            cancellationToken);
        var start = new ProcessStartInfo(
            python, [Path.Combine(AppContext.BaseDirectory, "Intake", "peer.py"), folder])
        { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<IReadOnlyList<Result>>(output, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"Expected pandas to run with {python}, found: {await error}");
    }

    private static TruthColumn Truth(IntakeColumn column)
    {
        var isClass = column is { Role: IntakeRole.Label, Kind: IntakeKind.Category };
        return new TruthColumn(
            column.Name,
            isClass ? ["Class"] : [column.Kind.ToString(), .. column.OtherKinds.Select(k => k.ToString())],
            column.Values,
            column.OtherValues is null ? [] : [column.OtherValues]);
    }
}
