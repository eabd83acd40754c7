using Serverless.Tests.Intake;

namespace Serverless.Learning.Tests.Inference;

/// <summary>
/// Generated files through inference and reading. <c>SERVERLESS_TEST_CRASHES=full</c> makes 10,000 of them;
/// <c>SERVERLESS_TEST_FUZZED=42</c> makes that one alone, and keeps it in the temporary folder.
/// </summary>
public class FuzzedFilesTests(ITestOutputHelper output)
{
    private static readonly int _count =
        Environment.GetEnvironmentVariable("SERVERLESS_TEST_CRASHES") == "full" ? 10_000 : 400;

    private static readonly int? _only =
        int.TryParse(Environment.GetEnvironmentVariable("SERVERLESS_TEST_FUZZED"), out var seed) ? seed : null;

    private readonly List<string> _faults = [];
    private int _measures;
    private int _told;
    private int _refused;

    [Fact]
    public async Task No_generated_file_crashes_or_loses_a_measure_silently()
    {
        foreach (var seed in _only is { } one ? [one] : Enumerable.Range(0, _count))
        {
            var file = await FuzzedExports.MakeAsync(seed);
            if (_only is not null) await KeepAsync(file);
            try
            {
                Count(await IntakeJudge.JudgeAsync(file, TestContext.Current.CancellationToken));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _faults.Add($"{file.Name}: {e}");
            }
        }

        output.WriteLine(
            $"{_measures} columns of numbers or dates, {_told} of them not read but told, {_refused} files refused");
        Assert.Empty(_faults.Take(20));
        // A product that refuses everything loses nothing.
        Assert.True(_only is not null || _refused <= 0.05 * _count, $"{_refused} of {_count} files refused");
    }

    private void Count(IntakeVerdict verdict)
    {
        var name = verdict.File.Name;
        if (verdict.Rejection is { } why)
        {
            _refused++;
            output.WriteLine($"{name} is refused: {why}");
        }

        foreach (var column in verdict.Columns.Where(c => IntakeJudge.IsMeasure(c.Column)))
        {
            _measures++;
            if (column.Outcome is IntakeOutcome.Right or IntakeOutcome.Refused) continue;
            var line = $"{name}, {column.Column.Name}: {column.Outcome}: {column.Found}";
            if (column.IsTold) _told++;
            else _faults.Add(line);
            if (_only is not null) output.WriteLine(line);
        }
    }

    private async Task KeepAsync(IntakeFile file)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetFileName(file.Name));
        await File.WriteAllBytesAsync(path, file.Bytes, TestContext.Current.CancellationToken);
        output.WriteLine($"{path}: {file.Rows.Count} rows, {file.Rows.Count(r => r != RowState.Good)} of them bad");
    }
}
