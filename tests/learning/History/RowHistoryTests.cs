using Serverless.Learning.Definition;
using Serverless.Learning.History;

namespace Serverless.Learning.Tests.History;

/// <summary>Which rows count, held against histories whose truth is known.</summary>
public class RowHistoryTests(ITestOutputHelper output)
{
    private static readonly DataSettings _inferred = new();

    [Theory]
    [InlineData("growing extracts", 9)]
    [InlineData("shuffled extracts", 9)]
    [InlineData("increments", 9)]
    [InlineData("increments of few rows", 5)]
    [InlineData("growing extracts of few rows", 9)]
    [InlineData("rolling windows", 9)]
    [InlineData("rolling windows of few rows", 9)]
    [InlineData("overlapping by a day", 9)]
    [InlineData("overlapping by a day, few rows", 7)]
    [InlineData("extracts, then increments", 9)]
    [InlineData("increments, then an extract", 9)]
    [InlineData("dropped twice with a row more", 9)]
    [InlineData("few rows, dropped twice with a row more", 9)]
    public void No_history_is_misjudged_in_silence(string kind, int atLeastSureAndRight)
    {
        var (right, sure, silent) = (0, 0, new List<string>());
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var history = GeneratedHistory.Of(kind, seed);
            var result = RowHistory.Of(history.Parts, _inferred);
            var isRight = history.IsRight(result);
            right += isRight ? 1 : 0;
            sure += isRight && result.IsSure ? 1 : 0;
            if (!isRight || !result.IsSure)
            {
                output.WriteLine($"{seed}: right {isRight}, sure {result.IsSure}, truth {history.Truth.Values.Sum()}, "
                    + $"counted {result.Counted}: {result.Message}");
            }

            if (!isRight && result.IsSure) silent.Add($"{kind} {seed}: {result.Message}");
        }

        output.WriteLine($"{kind}: {right} of 10 right, {sure} sure");
        Assert.Empty(silent);
        Assert.True(sure >= atLeastSureAndRight, $"{sure} sure and right, {right} right");
    }
}
