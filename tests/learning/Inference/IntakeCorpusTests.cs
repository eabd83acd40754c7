using Serverless.Tests.Intake;

namespace Serverless.Learning.Tests.Inference;

/// <summary>Files as teams export them, each through inference and reading: see <see cref="IntakeCorpus"/>.</summary>
public class IntakeCorpusTests
{
    /// <summary>Columns hold 32-bit floats, which do not fit this file's numbers; the benchmark counts it.</summary>
    private const string Unreachable = "cells/all-digits-of-a-double.csv";

    public static TheoryData<string> Names =>
        [.. IntakeCorpus.Names.Where(name => name != Unreachable)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_export_becomes_the_rows_that_a_person_sees(string name)
    {
        var file = (await IntakeCorpus.AllAsync()).Single(f => f.Name == name);

        var verdict = await IntakeJudge.JudgeAsync(file, TestContext.Current.CancellationToken);

        Assert.True(verdict.Rejection is null, verdict.Rejection);
        Assert.True(verdict.TaskIsRight, $"expected {string.Join(" or ", file.Tasks)}, found {verdict.Told}");
        Assert.Empty(verdict.Columns.Where(c => c.Outcome != IntakeOutcome.Right)
            .Select(c => $"{c.Column.Name} ({c.Column.Kind}): {c.Outcome}: {c.Found}"));
    }

    [Fact]
    public async Task The_corpus_has_ninety_files_of_a_few_hundred_rows()
    {
        var files = await IntakeCorpus.AllAsync();

        Assert.True(files.Count >= 90, $"{files.Count} files");
        Assert.Equal(IntakeCorpus.Names.Distinct(), files.Select(f => f.Name));
        Assert.All(files, file =>
        {
            Assert.InRange(file.Rows.Count, 200, 400);
            Assert.InRange(file.Columns.Count, 5, 9);
            Assert.All(file.Columns, column => Assert.Equal(file.Rows.Count, column.Values.Count));
        });
    }
}
