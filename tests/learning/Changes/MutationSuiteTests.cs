using Serverless.Tests.Changes;

namespace Serverless.Learning.Tests.Changes;

/// <summary>
/// Real files made wrong on purpose, and real and generated ones that nothing is wrong with. The limits are those of
/// <c>compare changes</c>.
/// </summary>
public sealed class MutationSuiteTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Sets => [.. ChangeDataSet.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Mutations_are_told_by_column_or_cause(string name)
    {
        var verdicts = await MutationSuite.RunAsync(Find(name), Cancelled);

        var missed = verdicts.Where(v => v.IsRight == false).Select(v => v.Mutation.Name);
        // What a weak label depends on is not told for sure in a few thousand rows.
        Assert.Equal(name == "flight-delays" ? ["labels shuffled"] : [], missed);
        Assert.True(verdicts.Count(v => v is { Mutation.IsTold: true, IsRight: not null }) >= 20);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Untouched_next_files_raise_no_alarm(string name) =>
        Assert.Empty((await MutationSuite.UntouchedAsync(Find(name), halves: 4, Cancelled)).OfType<string>());

    [Fact]
    public async Task Seasons_growth_and_new_values_raise_no_alarm()
    {
        var alarms = await MutationSuite.GeneratedAsync(seeds: 8, Cancelled);

        Assert.Equal(120, alarms.Count);
        Assert.Empty(alarms.OfType<string>());
    }

    /// <summary>Skips the test if the shared data are missing.</summary>
    private static ChangeDataSet Find(string name)
    {
        var set = ChangeDataSet.All.Single(s => s.Name == name);
        Assert.SkipUnless(set.IsThere, $"The real data are not there: {string.Join(", ", set.Files)} in {set.Folder}.");
        return set;
    }
}
