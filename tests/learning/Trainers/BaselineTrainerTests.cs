using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

public class BaselineTrainerTests
{
    [Fact]
    public void Predicts_the_mean_for_regression()
    {
        var data = Synthetic.Numeric(ModelTask.Regression, [[1, 2, 3]], [1, 2, 6]);

        var scorer = Synthetic.Train("baseline", data, data);

        Assert.Equal([3.0, 3.0, 3.0], scorer.ScoreAll(data.Features));
    }

    [Fact]
    public void Predicts_the_share_of_each_class_for_classification()
    {
        var binary = Synthetic.Numeric(ModelTask.Binary, [[1, 2, 3, 4]], [0, 1, 0, 0]);
        var multiclass = Synthetic.Numeric(ModelTask.Multiclass, [[1, 2, 3, 4]], [0, 2, 0, 1], classes: 3);
        var outputs = new double[3];

        Assert.Equal([0.25, 0.25, 0.25, 0.25], Synthetic.Train("baseline", binary, binary).ScoreAll(binary.Features));
        Synthetic.Train("baseline", multiclass, multiclass).Score([1], outputs);
        Assert.Equal([0.5, 0.25, 0.25], outputs);
    }
}
