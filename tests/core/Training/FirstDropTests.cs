using System.Globalization;
using System.Text;
using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

/// <summary>A model's first file, without a model.json.</summary>
public sealed class FirstDropTests
{
    private const string File = "datasets/lines/a.csv";
    private const string ModelJson = "models/lines/model.json";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_drop_is_read_at_most_twice()
    {
        await using var product = new Product();
        var content = Wide(3000);
        var record = await product.TrainAsync("lines", "a.csv", content);

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        Assert.InRange(content.Length, 3 << 20, 6 << 20);
        Assert.InRange(product.Store.BytesRead[File], 2L * content.Length, (2L * content.Length) + 1024);
    }

    [Fact]
    public async Task A_model_of_a_first_drop_is_the_bytes_it_was()
    {
        await using var product = new Product();
        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3, rows: 2000));

        var manifest = (await product.Registry.GetAsync("lines", record.Version!.Value, Cancelled))!;
        Assert.Equal("ffa54b7b22b9635b", manifest.ModelHash[..16]);
    }

    [Fact]
    public async Task A_model_json_that_a_person_writes_meanwhile_is_the_one_that_counts()
    {
        await using var product = new Product();
        var opened = 0;
        product.Store.Opening = async name =>
        {
            // It is looked through without a model.json, and read for its values when there is one.
            if (name == File && ++opened == 2) await product.WriteAsync(ModelJson, SmallData.Regression);
        };

        var record = await product.TrainAsync("lines", "a.csv", SmallData.Line(3));

        Assert.Equal(RunOutcome.Promoted, record.Outcome);
        Assert.Equal(SmallData.Regression, await product.ReadAsync(ModelJson));
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        Assert.Equal(["linear"], manifest.Definition.Training.Trainers);
        Assert.Equal(1, manifest.Definition.Training.Trials);
    }

    [Fact]
    public async Task The_runs_identity_is_that_of_the_model_json_it_wrote()
    {
        await using var product = new Product();
        var first = await product.TrainAsync("lines", "a.csv", SmallData.Line(3));

        var written = ModelDefinitionReader.Read(Encoding.UTF8.GetBytes(await product.ReadAsync(ModelJson)));
        var manifest = (await product.Registry.GetAsync("lines", 1, Cancelled))!;
        var hash = ModelDefinitionReader.CanonicalHash(written.Definition!);
        Assert.Equal(hash, manifest.DefinitionHash);
        Assert.Equal(RunIdentity.Of(hash, manifest.Data.Select(d => d.ContentHash), manifest.Seed), first.Identity);
    }

    [Fact]
    public async Task A_model_json_that_was_deleted_is_written_again_and_the_run_is_known()
    {
        await using var product = new Product();
        await product.TrainAsync("lines", "a.csv", SmallData.Line(3));
        var written = await product.ReadAsync(ModelJson);
        await product.Store.DeleteAsync(ModelJson, Cancelled);

        var again = await product.RunAsync("lines", "a.csv");

        Assert.StartsWith("Already done", again.Message, StringComparison.Ordinal);
        Assert.Equal(written, await product.ReadAsync(ModelJson));
    }

    [Fact]
    public async Task A_rejected_first_drop_leaves_no_model_json_and_is_known_again()
    {
        await using var product = new Product();
        var content = SmallData.Line(3) + string.Concat(Enumerable.Repeat("1,red\n", 150));
        var record = await product.TrainAsync("lines", "a.csv", content, definition: null);
        var again = await product.RunAsync("lines", "a.csv");

        Assert.Equal(RunOutcome.Rejected, record.Outcome);
        Assert.Equal(content, await product.ReadAsync(record.Reports[0].Quarantined!));
        Assert.Empty(await product.ListAsync("models/"));
        Assert.StartsWith("Already done", again.Message, StringComparison.Ordinal);
    }

    /// <summary>A line of x and y beside a long text that is of no use.</summary>
    private static string Wide(int rows)
    {
        var csv = new StringBuilder("text,x,y\n");
        for (var i = 0; i < rows; i++)
        {
            var x = i % 97;
            csv.Append(CultureInfo.InvariantCulture, $"{i}{new string('a', 1200)},{x},{(3 * x) + (i % 7)}\n");
        }

        return csv.ToString();
    }
}
