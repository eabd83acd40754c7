using System.Text.Json;
using Serverless.Core.Registry;
using Serverless.Learning.Definition;
using Serverless.Learning.Models;

namespace Serverless.Core.Tests.Registry;

/// <summary>What is read by hand must be what generated code wrote.</summary>
public sealed class AliasesJsonTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 30, 15, 123, TimeSpan.FromHours(2));

    [Fact]
    public void Aliases_are_read_as_they_were_written()
    {
        RequireSame(new Aliases());
        RequireSame(new Aliases
        {
            Champion = 3,
            Challenger = 4,
            Previous = 2,
            Rollout = new Rollout
            {
                Version = 4,
                Against = 3,
                Strategy = RolloutStrategy.Canary,
                Status = RolloutStatus.AwaitingApproval,
                Percent = 12.5,
                Step = 2,
                Steps = 3,
                StartedAt = Now,
                StepStartedAt = Now.AddTicks(1),
                KeyHeader = "x-user",
            },
            History =
            [
                .. Enum.GetValues<Alias>().Select(
                    alias => new AliasChange(Now, alias, null, 4, "gate", "better − by far")),
                new AliasChange(Now.ToUniversalTime(), Alias.Champion, 3, null, "a \"person\"", ""),
            ],
        });
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"champion":"1"}""")]
    [InlineData("""{"champion":1.5}""")]
    [InlineData("""{"history":[{"at":"yesterday","alias":"champion","by":"x","reason":"y"}]}""")]
    [InlineData("""{"history":[{"at":"2026-03-01T00:00:00Z","alias":"king","by":"x","reason":"y"}]}""")]
    public void What_are_no_aliases_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(
            () => JsonFields.Read(System.Text.Encoding.UTF8.GetBytes(json), AliasesJson.Aliases));

    private static void RequireSame(Aliases aliases)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(aliases, RegistryJson.Readable.Aliases);
        Assert.Equal(
            json,
            JsonSerializer.SerializeToUtf8Bytes(
                JsonFields.Read(json, AliasesJson.Aliases), RegistryJson.Readable.Aliases));
    }
}
