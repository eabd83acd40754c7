using System.Globalization;
using System.Text;
using Serverless.Core.Registry;
using Serverless.Core.Training;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;
using Serverless.Learning.Inference;
using Serverless.Learning.Reading;
using Serverless.Learning.Tables;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Core.Tests.Training;

public class ManyCategoriesTests
{
    [Fact]
    public async Task A_million_distinct_categories_are_read_and_learned_from()
    {
        const int Rows = 1_000_000;
        var csv = new StringBuilder("town,x,y\n", 16 * Rows);
        for (var i = 0; i < Rows; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"t{i},{i % 10},{(i % 10) + (i % 7 / 7.0):0.00}\n");
        }

        var definition = new ModelDefinition
        {
            Label = "y",
            Task = ModelTask.Regression,
            Features = [new FeatureDefinition { Name = "town", Type = ColumnType.Categorical }],
        };
        var bytes = CsvText.Utf8(csv.ToString());
        var cancelled = TestContext.Current.CancellationToken;
        var inference = await CsvText.InferAsync(bytes, definition);
        Assert.Null(inference.Rejection?.Rejection);
        var sample = inference.Sample!;
        var plan = BinningPlanner.For(inference.Schema!, [sample], threads: 2);
        var read = await DatasetReader.ReadAsync(
            new MemoryStream(bytes),
            new DatasetReadOptions("file.csv", inference.Schema!, definition)
            {
                Plan = plan,
                Rows = sample.Rows.Seen,
                Formats = sample.Formats,
                Threads = 2,
            },
            cancelled);
        Assert.Null(read.Report.Rejection);

        var (data, refusal) = DataPreparation.Prepare(
            definition, inference.Schema!, read.Table!, read.AllRows, threads: 2);
        Assert.Null(refusal);
        Assert.Equal(Rows, data!.Counts.Train + data.Counts.Validation + data.Counts.Holdout);
        var scorer = Synthetic.Train(
            "gbt", data.Train, data.Validation, threads: 2, change: h => h["num_iterations"] = 5);
        var outputs = scorer.ScoreAll(data.Holdout.Features);

        // A category of which one row is known says nothing; the number says all.
        Assert.All(outputs, o => Assert.InRange(o, 0, 10));
        Assert.Equal("x", scorer.Importance(data.Signature)[0].Feature);
        Assert.InRange(scorer.Importance(data.Signature)[0].Share, 0.99, 1);
    }
}
