using System.Text.Json;
using Serverless.Core.Batch;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public sealed class TextModelTests : IAsyncDisposable
{
    private const string Model = "tickets";

    private readonly Product _product = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Theory]
    [InlineData("linear")]
    [InlineData("gbt")]
    public async Task A_dropped_file_with_free_text_becomes_a_model_of_its_words(string trainer)
    {
        var record = await TrainAsync(trainer);

        var manifest = (await _product.Registry.GetAsync(Model, record.Version!.Value, Cancelled))!;
        Assert.InRange(manifest.Verdict.Candidate["accuracy"], 0.85, 1);
        var text = record.Columns.Single(c => c.Name == "text");
        Assert.Equal("text", text.TakenFor);
        Assert.Matches("^text, [0-9,]+ words and pairs$", text.Format);
        Assert.Contains(record.Intake, line => line.Contains($"'text' ({text.Format})", StringComparison.Ordinal));
        foreach (var (words, team) in new[]
        {
            ("My card was CHARGED twice; refund please", "billing"),
            ("password reset -- account locked", "access"),
            ("the page is slow & the screen will freeze: \\\"error\\\"", "product"),
        })
        {
            var prediction = (await PredictAsync($$"""{"priority": 1, "text": "{{words}}"}"""))[0];
            Assert.Equal(team, prediction.GetProperty("label").GetString());
        }
    }

    [Fact]
    public async Task A_version_of_texts_is_rebuilt_with_one_thread_and_with_two()
    {
        var record = await TrainAsync("gbt");
        var manifest = (await _product.Registry.GetAsync(Model, record.Version!.Value, Cancelled))!;

        foreach (var threads in (int[])[1, 2])
        {
            var rebuild = await _product.Get<VersionRebuilder>().RebuildAsync(manifest, threads, Cancelled);
            Assert.Equal(new Rebuild(manifest.ModelHash, null), rebuild);
        }
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbt")]
    public async Task Each_column_s_contribution_is_one_number_and_they_add_up(string trainer)
    {
        await TrainAsync(trainer, label: "hours");

        foreach (var prediction in await PredictAsync(
            """[{"text": "refund my card"}, {"priority": 3}, {"text": "slow page", "priority": 1}]""", explain: true))
        {
            var explanation = prediction.GetProperty("explanation");
            var contributions = explanation.GetProperty("contributions").EnumerateObject().ToList();
            Assert.Equal(["priority", "text"], contributions.Select(c => c.Name).Order());
            Assert.Equal(
                prediction.GetProperty("value").GetDouble(),
                explanation.GetProperty("base").GetDouble() + contributions.Sum(c => c.Value.GetDouble()), 1e-6);
        }
    }

    [Fact]
    public async Task A_predicted_file_has_the_answers_of_requests()
    {
        await TrainAsync("gbt");
        string[] texts = ["Refund, please!", "", "n/a", "Kennwort weg", "login \"\"token\"\" expired"];
        await _product.WriteAsync(
            BlobPaths.BatchInput(Model, "a.csv"), "text,priority\n" + string.Concat(texts.Select(t => $"\"{t}\",2\n")));

        var outcome = await _product.Get<BatchRunner>().RunAsync(new BatchRequest(Model, "a.csv"), Cancelled);

        Assert.Equal(BatchResult.Predicted, outcome.Result);
        var rows = (await _product.ReadAsync($"batch/out/{Model}/a.csv")).Split('\n');
        foreach (var (i, text) in texts.Index())
        {
            var plain = text.Replace("\"\"", "\"", StringComparison.Ordinal);
            var body = JsonSerializer.Serialize(new { text = plain, priority = 2 });
            var prediction = (await PredictAsync(body))[0];
            var label = prediction.GetProperty("label").GetString();
            var probabilities = prediction.GetProperty("probabilities").EnumerateObject()
                .Select(p => p.Value.GetRawText());
            Assert.Equal($"{i + 1},{label},{string.Join(',', probabilities)},1,", rows[i + 1]);
        }
    }

    [Fact]
    public async Task A_required_text_must_have_a_word()
    {
        await _product.TrainAsync(
            Model, "a.csv", Tickets.Csv(1_000, seed: 1).Replace(",,", ",\"no words\",", StringComparison.Ordinal),
            Definition("linear", "team").Replace(
                "\"features\": [", "\"features\": [{\"name\": \"text\", \"type\": \"text\", \"required\": true}, ",
                StringComparison.Ordinal));

        foreach (var body in (string[])["""{"priority": 1}""", """{"text": null}""", """{"text": "…!"}"""])
        {
            var refused = Assert.IsType<PredictOutcome.Invalid>(await _product.PredictAsync(Model, body));
            Assert.Equal("/text", Assert.Single(refused.Errors).Pointer);
        }
    }

    [Fact]
    public async Task A_champion_of_texts_is_judged_on_a_file_without_them()
    {
        await TrainAsync("linear");
        var rows = Tickets.Csv(1_000, seed: 9).Split('\n')
            .Select(line => string.Join(',', line.Split(',')[0], line.Split(',')[^1]));

        var record = await _product.TrainAsync(Model, "b.csv", string.Join('\n', rows));

        Assert.NotNull(record.Version);
        Assert.Equal(1, (await _product.AliasesAsync(Model)).Champion);
    }

    private static string Definition(string trainer, string label)
    {
        var other = label == "team" ? "hours" : "team";
        return $$"""
            {
              "label": "{{label}}",
              "features": [{"name": "{{other}}", "ignored": true}],
              "training": {"trainers": ["{{trainer}}"], "trials": 1}
            }
            """;
    }

    private Task<RunRecord> TrainAsync(string trainer, string label = "team") =>
        _product.TrainAsync(Model, "a.csv", Tickets.Csv(2_000, seed: 1), Definition(trainer, label));

    private async Task<List<JsonElement>> PredictAsync(string body, bool explain = false)
    {
        var answered = Assert.IsType<PredictOutcome.Answered>(await _product.PredictAsync(Model, body, explain));
        using var answer = answered.Answer;
        return [.. JsonDocument.Parse(answer.Written).RootElement.GetProperty("predictions").EnumerateArray()];
    }
}
